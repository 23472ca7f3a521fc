"""Show one page to the browser of this computer."""

from __future__ import annotations

import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click


def serve(page: bytes, port: int) -> None:
    """Serve a page to this computer alone and open it, until interrupted.

    Raises `OSError` if the port is taken.
    """
    with ThreadingHTTPServer(("127.0.0.1", port), _handler(page)) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        click.echo(f"{address} (end with Ctrl-C)")
        webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()


def _handler(page: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """What is asked for is not worth a line."""

    return Handler
