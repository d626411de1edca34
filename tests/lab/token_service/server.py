"""The HTTP side: three paths, JSON in and out, open to web clients of every origin."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from token_service import calls, requests, token
from token_service.requests import Wanted
from token_service.settings import Settings

LONGEST = 65536
PATHS = ("/sfu/get", "/get_token")
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
}
Answer = tuple[int, dict[str, Any]]


def error(code: int, word: str, message: str) -> Answer:
    """Give an error in Matrix' form."""
    return code, {"errcode": word, "error": message}


class Service:
    """Gives tokens for one focus."""

    def __init__(self, settings: Settings) -> None:
        """Use these settings."""
        self.settings = settings

    def answer(self, path: str, text: bytes) -> Answer:
        """Answer a POST."""
        if path == "/delegate_delayed_leave":
            return error(501, "M_UNRECOGNIZED", "the stand-in does not delay anything")
        if path not in PATHS:
            return error(404, "M_NOT_FOUND", "no such path")
        try:
            wanted = requests.read(path, json.loads(text))
        except requests.RequestError as problem:
            return error(400, "M_BAD_JSON", str(problem))
        except ValueError:
            return error(400, "M_NOT_JSON", "the body is not JSON")
        return self._token(wanted)

    def _token(self, wanted: Wanted) -> Answer:
        settings = self.settings
        try:
            user = calls.user_of(wanted.server_name, wanted.openid_token)
        except (calls.CallError, KeyError) as problem:
            print(f"not vouched for: {problem}", file=sys.stderr)
            # As lk-jwt-service 0.4.4 answers, whatever the homeserver says (run on 2026-11-30).
            if wanted.member_id is None:
                return error(500, "M_LOOKUP_FAILED", "nobody vouches for the OpenID token")
            return error(401, "M_UNAUTHORIZED", "the OpenID token is not valid")
        if wanted.claimed_user not in (None, user):
            return error(401, "M_UNAUTHORIZED", "the token is somebody else's")
        if wanted.server_name in settings.full_access:
            manage = token.make(settings.key, settings.secret, {"roomCreate": True})
            try:
                calls.create_room(settings.api, manage, wanted.room)
            except calls.CallError as problem:
                print(f"no room: {problem}", file=sys.stderr)
                return error(500, "M_UNKNOWN", "the room could not be made")
        grants = {"room": wanted.room, "roomJoin": True, "canPublish": True, "canSubscribe": True}
        signed = token.make(settings.key, settings.secret, grants, wanted.identity(user))
        return 200, {"url": settings.url, "jwt": signed}


def handler(service: Service) -> type[BaseHTTPRequestHandler]:
    """Give the class that the HTTP server makes one of for each request."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            healthy = self.path == "/healthz"
            self._say((200, {}) if healthy else error(404, "M_NOT_FOUND", "no such path"))

        def do_OPTIONS(self) -> None:
            self._say((200, {}))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LONGEST:
                self.close_connection = True
                self._say(error(413, "M_TOO_LARGE", "the body is too long"))
            else:
                self._say(service.answer(self.path, self.rfile.read(length)))

        def _say(self, answer: Answer) -> None:
            code, body = answer
            text = json.dumps(body).encode()
            self.send_response(code)
            for name, value in OPEN.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *arguments: object) -> None:
            """Log no paths."""

    return Handler


class Server(ThreadingHTTPServer):
    """Python's own lets five wait to be let in; Go's, as the real one has it, as many as Linux."""

    request_queue_size = 4096


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    address = (settings.address, settings.port)
    Server(address, handler(Service(settings))).serve_forever()
