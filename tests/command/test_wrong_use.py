# SPDX-License-Identifier: BSD-3-Clause
"""Wrong use reads well: each mistake has its message and its exit code, and leaves no file behind."""
import json
import os
import xml.etree.ElementTree as tree
import zipfile

import numpy
import pytest
import torch
from common import MODELS, model_file, run_wick

FAILED, USAGE, MISMATCH = 1, 2, 3


def refused(*arguments, code=FAILED):
    done = run_wick(*arguments, check=False)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return done.stderr


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("program") / "digits.pte"
    run_wick("compile", model_file("digits", "pt2"), "-o", path)
    return path


def save(path, module, *inputs):
    torch.export.save(torch.export.export(module.eval(), inputs), path)
    return path


def test_missing_archive(tmp_path):
    message = refused("compile", tmp_path / "absent.pt2", "-o", tmp_path / "x.pte")
    assert "absent.pt2" in message and "No such file" in message
    assert not (tmp_path / "x.pte").exists()


def test_not_a_zip(tmp_path):
    (tmp_path / "text.pt2").write_text("hello, I am no archive, but long enough to look at")
    message = refused("compile", tmp_path / "text.pt2", "-o", tmp_path / "x.pte")
    assert "text.pt2" in message and "torch.export.save" in message


def test_torch_save_file_is_named(tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "weights.pt2")
    message = refused("compile", tmp_path / "weights.pt2", "-o", tmp_path / "x.pte")
    assert "weights.pt2" in message and "torch.export.save" in message


def rewrite(source, target, change):
    """Copies an archive with the bytes of each member passed through change(name, bytes)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_pickled_weights(tmp_path):
    def pickle_all(name, data):
        return data.replace(b'"use_pickle": false', b'"use_pickle": true') if name.endswith("weights_config.json") else data

    source = save(tmp_path / "linear.pt2", torch.nn.Linear(2, 2), torch.zeros(1, 2))
    message = refused("compile", rewrite(source, tmp_path / "pickled.pt2", pickle_all), "-o", tmp_path / "x.pte")
    assert "pickle" in message and "weight" in message


class Unsupported(torch.nn.Module):
    def forward(self, x):
        y = x + 1
        return torch.linalg.eigvals(y)  # the line that the message must name


def test_unsupported_operator_names_node_and_line(tmp_path):
    source = save(tmp_path / "eig.pt2", Unsupported(), torch.eye(3))
    message = refused("compile", source, "-o", tmp_path / "x.pte")
    assert "linalg_eigvals" in message
    assert "test_wrong_use.py" in message and "linalg.eigvals(y)" in message
    assert not (tmp_path / "x.pte").exists()


def test_wrong_input_shape(program, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((1, 1, 7, 8), numpy.float32))
    message = refused("run", program, "--input", tmp_path / "x.npy")
    assert "f32[1, 1, 8, 8]" in message and "f32[1, 1, 7, 8]" in message


def test_wrong_input_dtype(program, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((1, 1, 8, 8), numpy.float64))
    message = refused("run", program, "--input", tmp_path / "x.npy")
    assert "f32[1, 1, 8, 8]" in message and "f64" in message


def test_too_few_inputs(program):
    message = refused("run", program)
    assert "takes 1 input" in message and "f32[1, 1, 8, 8]" in message


def test_unknown_method(program, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((1, 1, 8, 8), numpy.float32))
    message = refused("run", program, "--input", tmp_path / "x.npy", "--method", "backward")
    assert "NOT_FOUND" in message


def test_outputs_that_differ(program, tmp_path):
    numpy.save(tmp_path / "x.npy", numpy.zeros((1, 1, 8, 8), numpy.float32))
    numpy.save(tmp_path / "y.npy", numpy.full((1, 10), 1e6, numpy.float32))
    message = refused("run", program, "--input", tmp_path / "x.npy", "--expect", tmp_path / "y.npy", code=MISMATCH)
    assert "10 of 10 elements" in message and "expected 1000000" in message


def test_output_folder_is_absent(tmp_path):
    message = refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "nowhere" / "x.pte")
    assert "nowhere" in message


def test_output_is_a_folder_and_nothing_is_left(tmp_path):
    (tmp_path / "folder").mkdir()
    message = refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "folder")
    assert "folder" in message
    assert os.listdir(tmp_path) == ["folder"] and not os.listdir(tmp_path / "folder")


def test_failed_compilation_keeps_the_old_output(tmp_path):
    (tmp_path / "x.pte").write_bytes(b"precious")
    (tmp_path / "bad.pt2").write_bytes(b"PK\x03\x04 but no more")
    refused("compile", tmp_path / "bad.pt2", "-o", tmp_path / "x.pte")
    assert (tmp_path / "x.pte").read_bytes() == b"precious"


def test_unknown_target_lists_the_known_ones(tmp_path):
    message = refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "x.pte", "--target", "cortex-m99")
    assert "cortex-m99" in message and "cortex-m55" in message and "portable" in message


def test_unknown_pass_lists_the_known_ones(tmp_path):
    message = refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "x.pte", "--dump-after", "nonsense")
    assert "nonsense" in message and "fold_batch_norm" in message


def test_memory_too_small_names_the_tensors(tmp_path):
    target = {"name": "tiny", "description": "too small", "core": "cortex-m0", "operators": "wick", "alignment_bytes": 16,
              "memories": [{"name": "sram", "size_bytes": 512, "access_cost": 1}]}
    (tmp_path / "tiny.json").write_text(json.dumps(target))
    message = refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "x.pte", "--target", tmp_path / "tiny.json")
    assert "sram" in message and "512" in message and "conv" in message


@pytest.mark.parametrize("content", ['{"name": 3}', "[]", "{", '{"name": "x", "memories": []}'])
def test_broken_target_file(content, tmp_path):
    (tmp_path / "bad.json").write_text(content)
    assert "bad.json" in refused("compile", model_file("digits", "pt2"), "-o", tmp_path / "x.pte", "--target", tmp_path / "bad.json")


def test_truncated_program(program, tmp_path):
    (tmp_path / "short.pte").write_bytes(program.read_bytes()[:100])
    assert "INVALID_PROGRAM" in refused("verify", tmp_path / "short.pte")


def test_npy_that_is_none(program, tmp_path):
    (tmp_path / "x.npy").write_bytes(b"\x93NUMPY\x01\x00\xff\xff{")
    assert "x.npy" in refused("run", program, "--input", tmp_path / "x.npy")


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("compile",), ("compile", "a.pt2"), ("run",), ("run", "a", "b"),
                                       ("inspect",), ("verify",), ("compile", "--what", "a.pt2"), ("run", "a", "--rtol", "x")])
def test_wrong_command_line(arguments):
    assert "wick" in refused(*arguments, code=USAGE)


@pytest.mark.parametrize("command", ("compile", "run", "inspect", "verify"))
def test_help_teaches(command):
    text = run_wick(command, "--help").stdout
    assert text.startswith(f"usage: wick {command}") and "example" in text
    assert run_wick("help", command).stdout == text


@pytest.mark.parametrize("name", MODELS)
def test_inspect_shows_both_forms(name, tmp_path):
    archive = model_file(name, "pt2")
    run_wick("compile", archive, "-o", tmp_path / "m.pte")
    assert "graph" in run_wick("inspect", archive).stdout
    text = run_wick("inspect", tmp_path / "m.pte").stdout
    assert "lower bound" in text and "aten::" in text
    assert json.loads(run_wick("inspect", tmp_path / "m.pte", "--json").stdout)["methods"][0]["name"] == "forward"


def test_dump_and_stop_show_the_graph(tmp_path):
    text = run_wick("compile", model_file("kws", "pt2"), "--stop-after", "fold_batch_norm").stdout
    assert "aten::convolution" in text and "batch_norm(" not in text
    everything = run_wick("compile", model_file("kws", "pt2"), "-o", tmp_path / "k.pte", "--dump-after", "all").stdout
    assert everything.count("# after ") >= 9


def test_a_pass_is_skipped_by_its_name(tmp_path):
    archive = model_file("kws", "pt2")
    skipped = run_wick("compile", archive, "--skip-pass", "fold_batch_norm", "--stop-after", "fold_batch_norm").stdout
    assert "batch_norm" in skipped
    wrong = run_wick("compile", archive, "-o", tmp_path / "k.pte", "--skip-pass", "everything", check=False)
    assert wrong.returncode == 1 and "--skip-pass: no pass is named 'everything'" in wrong.stderr


def test_the_plan_is_drawn_and_listed(tmp_path):
    done = run_wick("compile", model_file("digits", "pt2"), "-o", tmp_path / "d.pte", "--plan-svg", tmp_path / "d.svg", "--json")
    storages = json.loads(done.stdout)["storages"]
    drawing = tree.fromstring((tmp_path / "d.svg").read_text())
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}rect")) == len(storages) > 3
