"""The embedded Valkey: reached by Celery and Django alike, found again after whatever ended it."""

import asyncio

import redis
from django.core.cache.backends.redis import RedisCache
from kombu import Connection

from launcher import servers, valkey


def test_celery_and_django_reach_it_in_a_deep_clone(deep_place, supervise):
    async def use(supervisor):
        part, socket = await valkey.prepare(deep_place)
        await supervisor.start(part)
        await valkey.wait_until_ready(socket)
        with Connection(valkey.broker_url(socket)) as connection:
            connection.ensure_connection(max_retries=1)
            queue = connection.SimpleQueue("bells")
            queue.put("ring")
            assert queue.get(timeout=5).payload == "ring"
        cache = RedisCache(valkey.cache_url(socket), {})
        cache.set("seen", 3)
        assert cache.get("seen") == 3

    assert supervise(use)[0] == 0


def test_keeps_what_it_was_told_before_a_kill_9(deep_place, supervise):
    async def tell_and_kill(supervisor):
        part, socket = await valkey.prepare(deep_place)
        await supervisor.start(part)
        await valkey.wait_until_ready(socket)
        redis.from_url(valkey.cache_url(socket)).set("told", "yes")
        supervisor.running[0].process.kill()
        await asyncio.sleep(10)

    async def ask(supervisor):
        part, socket = await valkey.prepare(deep_place)
        await supervisor.start(part)
        await valkey.wait_until_ready(socket)
        assert redis.from_url(valkey.cache_url(socket)).get("told") == b"yes"

    code, said = supervise(tell_and_kill)
    assert code == 1
    assert "valkey was killed by SIGKILL" in said
    assert supervise(ask)[0] == 0


def test_servers_that_variables_name_are_not_started(deep_place, supervise):
    real = {"DATABASE_URL": "postgresql://db.example/x", "CELERY_BROKER_URL": "amqp://mq.example"}
    found = []

    async def use(supervisor):
        found.append(await servers.start(supervisor, deep_place, real | {"CACHE_URL": "redis://cache.example"}))
        found.append(await servers.start(supervisor, deep_place, real | {"CELERY_BROKER_URL": "redis://mq.example/2"}))
        assert supervisor.running == []
        found.append(await servers.start(supervisor, deep_place, real))
        assert [running.part.name for running in supervisor.running] == ["valkey"]

    assert supervise(use)[0] == 0
    nothing, same_as_broker, cache_only = found
    assert nothing == {}
    assert same_as_broker == {"CACHE_URL": "redis://mq.example/2"}
    assert list(cache_only) == ["CACHE_URL"]
    assert cache_only["CACHE_URL"].startswith("unix://")
