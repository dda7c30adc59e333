# Runs Phoenix for as long as standard input stays open, so that it ends with whoever started it, however that ends.
import os
import runpy
import sys
import threading


def end_with_the_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_the_input, daemon=True).start()
sys.argv = ["phoenix", "serve"]
runpy.run_module("phoenix.server.main", run_name="__main__")
