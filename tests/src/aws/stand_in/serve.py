"""Stands in for the Elastic Load Balancing of an account, on a port of 127.0.0.1 that it prints.

Inputs are held against botocore's model of the service, then against what AWS's documentation adds to it. What every
call that changed something left behind is a line of the journal. It ends with its standard input.

    serve.py ACCOUNT JOURNAL     ACCOUNT: JSON, see `Account`; JOURNAL: a file
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from account import Account
from wire import Refused, answer, read, refusal

ACCOUNT = Account(json.loads(sys.argv[1]))
JOURNAL = open(sys.argv[2], "w", encoding="utf-8")
ONE_AT_A_TIME = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with ONE_AT_A_TIME:
            status, text = self.handle_call(body)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_call(self, body):
        try:
            operation, given = read(body)
            output = getattr(ACCOUNT, operation.name)(given)
        except Refused as refused:
            self.note({"refused": refused.code, "message": refused.message})
            return 400, refusal(refused.code, refused.message)
        if not operation.name.startswith("Describe"):
            self.note({"call": operation.name, **ACCOUNT.snapshot()})
        return 200, answer(operation, output)

    @staticmethod
    def note(entry):
        JOURNAL.write(json.dumps(entry) + "\n")
        JOURNAL.flush()

    def log_message(self, *_):
        pass


def end_with_the_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=end_with_the_input, daemon=True).start()
print(server.server_port, flush=True)
server.serve_forever()
