"""What the worker is told to do. Every task may be lost, doubled or late: the rows say what there is to do."""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

from celery import shared_task
from celery.signals import worker_ready
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from . import retention
from .actions import creations, end_many
from .actions.carrier import Carrier
from .models import Account, EndBatch, Project, Pull
from .pulls import belongings, due, live, projects, sessions, usage
from .pulls.bell import ring
from .usage import rollups, telling

logger = logging.getLogger(__name__)
P = ParamSpec("P")

carrier = Carrier()  # works in every worker; a bell only wakes the one that hears it
PULLS = {Pull.Kind.PROJECTS: projects.pull, Pull.Kind.LIVE: live.pull, Pull.Kind.SESSIONS: sessions.pull}


def task(function: Callable[P, None]) -> Callable[P, None]:
    """A Celery task. While the database is away it says so in a line: it will be asked again.

    Celery keeps a thread's connection for a hundred tasks and more, also one that broke: each task looks at it first.
    """

    @shared_task(name=f"sessions_app.tasks.{function.__name__}")
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        close_old_connections()
        try:
            function(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s waits for the database: %s", function.__name__, str(error).partition("\n")[0])

    return run


@task
def pull_due() -> None:
    due.ring_due()


@task
def pull_all() -> None:
    due.ring_all()


@task
def pull(kind: str, account_id: int, project_id: str | None, even_if_fresh: bool) -> None:
    account = Account.objects.filter(pk=account_id).first()
    project = Project.objects.filter(pk=project_id).first()
    if account is None or (project_id and project is None):
        return
    if even_if_fresh or due.is_due(kind, account, project):
        if project:
            usage.pull(account, project)
        else:
            PULLS[Pull.Kind(kind)](account)


@task
def prune_pulls() -> None:
    Pull.objects.prune()


@task
def read_belongings() -> None:
    belongings.learn()


@task
def remove_by_age() -> None:
    now = timezone.now()
    retention.announce(now)
    retention.remove_due(now)


@task
def roll_up_usage() -> None:
    rollups.fold()
    telling.choose()


@task
def sweep_creates() -> None:
    creations.sweep()


@task
def carry_out_wishes() -> None:
    carrier.wake()


@task
def sweep_ends() -> None:
    end_many.sweep()


@task
def end_batch(batch_id: int) -> None:
    end_many.step(batch_id)


@task
def prune_previews() -> None:
    EndBatch.objects.prune()


@worker_ready.connect
def start(**_: object) -> None:
    carrier.start()
    ring("pull_all", expires_s=60)
    ring("remove_by_age", expires_s=600)
