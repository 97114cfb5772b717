"""No upstream, however slow, holds a call longer than its total."""

import ipaddress
import socket
import ssl
import threading
import time

import pytest

from sessions_app.browserbase import Browserbase, errors

#: Far more than the totals below, far less than the 30 s for which the far side goes on.
TOO_LONG_S = 8


def timed_out(call):
    begun = time.monotonic()
    with pytest.raises(errors.Timeout) as caught:
        call()
    assert time.monotonic() - begun < TOO_LONG_S
    return caught.value


def test_a_hanging_answer(upstream, client):
    upstream.answer(upstream.hang)
    assert timed_out(lambda: client.sessions.retrieve("s1", total_s=0.5)).sent


def test_a_body_that_drips(upstream, client):
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"
    upstream.answer(lambda connection: (connection.sendall(head), upstream.drip(b" " * 1000, 0.1)(connection)))
    timed_out(lambda: client.sessions.list(total_s=0.7))


def test_headers_that_drip(upstream, client):
    upstream.answer(upstream.drip(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000, 0.1))
    timed_out(lambda: client.sessions.retrieve("s1", total_s=0.7))


def test_an_error_that_drips_is_still_that_error(upstream, client):
    head = b"HTTP/1.1 404 Not Found\r\ncontent-length: 1000\r\n\r\n"
    upstream.answer(lambda connection: (connection.sendall(head), upstream.drip(b"x" * 1000, 0.1)(connection)))
    begun = time.monotonic()
    with pytest.raises(errors.NotFound):
        client.sessions.retrieve("s1", total_s=0.7)
    assert time.monotonic() - begun < TOO_LONG_S


def test_retries_all_together(upstream, client):
    def slow_503(connection):
        time.sleep(0.4)
        connection.sendall(upstream.http(b"", 503))

    upstream.answer(slow_503)
    begun = time.monotonic()
    with pytest.raises(errors.UpstreamDown):
        client.sessions.retrieve("s1", total_s=0.6)
    assert time.monotonic() - begun < TOO_LONG_S


def test_a_tls_handshake_that_never_comes(key, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with Browserbase(key, base_url=url, allow_private=True) as client:
            assert not timed_out(lambda: client.sessions.create({}, total_s=0.5)).sent


def test_a_name_whose_look_up_hangs(key, monkeypatch):
    freed = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: freed.wait(30) and [])
    with Browserbase(key, base_url="https://api.upstream.test") as client:
        assert not timed_out(lambda: client.sessions.create({}, total_s=0.5)).sent
    freed.set()


def test_more_threads_than_connections_all_get_their_answer(upstream, client):
    def slowly(connection):
        time.sleep(0.01)
        connection.sendall(upstream.http(b'{"browserMinutes": 1, "proxyBytes": 2}'))

    upstream.answer(slowly)
    minutes = []
    threads = [
        threading.Thread(target=lambda: minutes.extend(client.projects.usage("p").browser_minutes for _ in range(5)))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert minutes == [1] * 200


def test_connections_are_reused(upstream, key):
    opened = set()

    def note(connection):
        opened.add(connection.getpeername())
        connection.sendall(upstream.http(b"[]"))

    upstream.answer(note)
    with Browserbase(key, base_url=upstream.url, allow_private=True) as client:
        for _ in range(5):
            client.projects.list()
    assert len(opened) == 1


@pytest.fixture
def own_certificate(tmp_path):
    """A self-signed certificate for 127.0.0.1: (file, server context)."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "far side")])
    now = dt.datetime.now(dt.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    text = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(pem) + text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


def test_https_is_verified_and_works(upstream, key, own_certificate, monkeypatch):
    file, context = own_certificate
    listener = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"

    def serve():
        try:
            while True:
                try:
                    connection, _ = listener.accept()
                except ssl.SSLError:
                    continue
                connection.recv(65536)
                connection.sendall(upstream.http(b"[]", connection="close"))
                connection.close()
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    with (
        Browserbase(key, base_url=url, allow_private=True) as client,
        pytest.raises(errors.UpstreamDown, match="certificate"),
    ):
        client.projects.list()
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Browserbase(key, base_url=url, allow_private=True) as client:
        assert client.projects.list() == []
    listener.close()
