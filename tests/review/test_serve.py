from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from codemods.review import serve as serving
from codemods.review.serve import serve


def fetch(address: str) -> tuple[bytes, str]:
    with urlopen(address, timeout=10) as answer:
        return answer.read(), answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["", "favicon.ico"])
def test_serves_the_page_and_nothing_else(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(server: ThreadingHTTPServer) -> None:
        server.handle_request()
        raise KeyboardInterrupt

    asked: list[Future[tuple[bytes, str]]] = []
    with ThreadPoolExecutor() as executor:

        def open_address(address: str) -> None:
            asked.append(executor.submit(fetch, f"{address}{path}"))

        monkeypatch.setattr(serving.webbrowser, "open", open_address)
        monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", interrupt)
        serve(b"<p>page", 0)
        if path:
            with pytest.raises(HTTPError, match="404"):
                asked[0].result()
        else:
            assert asked[0].result() == (b"<p>page", "text/html; charset=utf-8")
