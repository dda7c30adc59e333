"""The AWS command line, loaded once: every call is a fork of a process that has it in memory already.

    cli.py serve SOCKET             loads it and serves calls until standard input ends
    cli.py call SOCKET ARGUMENT...  one call, with this process's own output, environment and exit code
"""

import contextlib
import io
import json
import os
import socket
import sys
import threading


def call(path, arguments):
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        request = json.dumps({"arguments": arguments, "environment": dict(os.environ)}).encode()
        socket.send_fds(server, [len(request).to_bytes(4, "big")], [1, 2])
        server.sendall(request)
        answer = server.recv(1)
    return answer[0] if answer else 255


def serve(path):
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    # Loads what every call looks at.
    with contextlib.redirect_stdout(io.StringIO()):
        driver.main(["elbv2", "describe-load-balancers", "--generate-cli-skeleton"])
    threading.Thread(target=end_with_the_input, daemon=True).start()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            answer(driver, connection)


def answer(driver, connection):
    with connection:
        length, (out, err), _, _ = socket.recv_fds(connection, 4, 2)
        text, whole = b"", int.from_bytes(length, "big")
        while len(text) < whole:
            text += connection.recv(whole - len(text))
        request = json.loads(text)
        child = os.fork()
        if child == 0:
            os.dup2(out, 1)
            os.dup2(err, 2)
            os.environ.clear()
            os.environ.update(request["environment"])
            code = 255
            try:
                code = driver.main(request["arguments"])
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        os.close(out)
        os.close(err)
        _, status = os.waitpid(child, 0)
        connection.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))


def end_with_the_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


if sys.argv[1] == "serve":
    serve(sys.argv[2])
sys.exit(call(sys.argv[2], sys.argv[3:]))
