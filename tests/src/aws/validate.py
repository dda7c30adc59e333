"""Holds files against botocore's model of Elastic Load Balancing: `validate.py OPERATION=FILE...`.

Prints a line for each violation.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "stand_in"))
from wire import MODEL, violations  # noqa: E402

for argument in sys.argv[1:]:
    operation, file = argument.split("=", 1)
    with open(file, encoding="utf-8") as text:
        given = json.load(text)
    for problem in violations(MODEL.operation_model(operation).input_shape, given):
        print(f"{file}: {problem}")
