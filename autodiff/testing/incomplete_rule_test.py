"""A rule with a part missing does not compile, and the compiler names it."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

# The parts of which `CompleteRule` in op.h asks for some.
PARTS = {
    "kName": 'static constexpr char kName[] = "twice";',
    "InferShape": "static absl::StatusOr<TensorType> InferShape(const Call&);",
    "Tile": """
      template <typename T>
      static void Tile(const T* const*, T*, int64_t);""",
    "Value": "template <typename T> static Kernel Value(const Call&);",
    "Cuda": "static CudaKernel Cuda(const Call&);",
    "Formula": "static constexpr FormulaId kFormula = {};",
    "RowFormula": "static constexpr RowFormula kRowFormula = {};",
    "Gradient": """
      static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&);""",
    "Oracle": """
      static std::vector<double> Oracle(const Call&, absl::Span<const Values>);
      """,
    "Unfused": "static Tensor Unfused(const Tensors&, const Attributes&);",
    "Samples": "static std::vector<Sample> Samples();",
}
ELEMENTWISE = {"kName", "InferShape", "Tile", "Formula"}
ELEMENTWISE |= {"Gradient", "Oracle", "Samples"}
KERNEL = ELEMENTWISE - {"Tile", "Formula"} | {"Value", "Cuda"}
DEVICE = {"Formula", "RowFormula", "Cuda"}  # one of them
ALONG_ROWS = KERNEL - {"Cuda"} | {"RowFormula"}
FUSED = KERNEL - {"Gradient", "Oracle"} | {"Unfused"}


def compile_rules(rules):
    """Returns what the compiler says about making an op of each rule.

    Args:
      rules: Sets of parts.

    Returns:
      One text a rule, empty where there is no error.
    """
    source = ['#include "autodiff/op.h"', "namespace autodiff {"]
    for i, rule in enumerate(rules):
        body = "\n".join(PARTS[part] for part in sorted(rule))
        source.append(f"struct Rule{i} {{ {body} }};")
        source.append(f"constexpr Op kOp{i} = MakeOp<Rule{i}>();")
    source.append("}")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rules.cc"
        path.write_text("\n".join(source))
        result = subprocess.run(
            ["g++", "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never"]
            + ["-iquote", os.getcwd(), path],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
    # The text before the first such error is where it was included from.
    errors = result.stderr.split("error: no matching function for call to ")
    texts = [""] * len(rules)
    for error in errors[1:]:
        texts[int(re.match(r"'MakeOp<autodiff::Rule(\d+)>", error)[1])] = error
    if (result.returncode == 0) != (len(errors) == 1):
        raise RuntimeError(result.stderr)
    return texts


def missing_parts(text):
    """Returns the parts that an error says are missing."""
    reasons = re.findall(
        r"note: (?:the required expression|nested requirement) '(.*)' is "
        r"(?:invalid|not satisfied)",
        text,
    )
    return {part for part in PARTS if re.search(part, " ".join(reasons))}


class IncompleteRuleTest(unittest.TestCase):

    def test_complete_rules_compile(self):
        rules = [ELEMENTWISE, KERNEL, ALONG_ROWS, FUSED, FUSED | {"Gradient"}]
        self.assertEqual(compile_rules(rules), [""] * len(rules))

    def test_a_missing_part_is_named(self):
        expected = [
            (ELEMENTWISE - {"kName"}, {"kName"}),
            (ELEMENTWISE - {"InferShape"}, {"InferShape"}),
            (ELEMENTWISE - {"Tile"}, {"Tile", "Value", "Formula"}),
            (ELEMENTWISE - {"Formula"}, DEVICE | {"Tile"}),
            (KERNEL - {"Cuda"}, DEVICE),
            (ALONG_ROWS - {"RowFormula"}, DEVICE),
            (KERNEL - {"Value"}, {"Tile", "Value"}),
            (KERNEL - {"Gradient"}, {"Gradient", "Unfused"}),
            (KERNEL - {"Oracle"}, {"Oracle", "Unfused"}),
            (FUSED - {"Unfused"}, {"Gradient", "Oracle", "Unfused"}),
            (FUSED | {"Oracle"}, {"Oracle", "Unfused"}),  # not both
            (KERNEL - {"Samples"}, {"Samples"}),
        ]
        texts = compile_rules([rule for rule, _ in expected])
        for text, (rule, missing) in zip(texts, expected):
            with self.subTest(sorted(rule)):
                self.assertEqual(missing_parts(text), missing)


if __name__ == "__main__":
    unittest.main()
