# SPDX-License-Identifier: BSD-3-Clause
"""Memory plans of the trained networks in int8: arenas at their bounds, and placement over a fast and a slow memory."""
import json

import numpy
import pytest

from common import model_file, run_wick

# What each needs, input and output included.
ARENA_BYTES = {"ad": 768, "ds_cnn": 8500, "kws": 8500, "resnet8": 32768, "sww": 3712, "vww": 36900}
FAST_BYTES, SLOW_BYTES = 32 * 1024, 256 * 1024


def compile_int8(name, folder, *options):
    """Compiles a model with int8 at its door; gives the program and the report."""
    program = folder / f"{name}.pte"
    done = run_wick("compile", model_file(name, "pt2"), "-o", program, "--quantize", "int8", "--io", "int8", "--layout",
                    "nhwc", "--calibration", model_file(name, "calibration.npy"), "--report", "--json", *options)
    return program, json.loads(done.stdout)


def write_target(folder, fast_bytes, slow_bytes):
    path = folder / "two.json"
    memories = [{"name": "fast", "size_bytes": fast_bytes, "access_cost": 1},
                {"name": "slow", "size_bytes": slow_bytes, "access_cost": 4}]
    path.write_text(json.dumps({"name": "two", "core": "any", "operators": "wick", "alignment_bytes": 16,
                                "memories": memories}))
    return path


def run_random(program, shape, folder):
    rng = numpy.random.default_rng(11)
    numpy.save(folder / "x.npy", rng.integers(-128, 128, (4, *shape[1:]), dtype=numpy.int8))
    run_wick("run", program, "--input", folder / "x.npy", "--output", folder / "y.npy")
    return numpy.load(folder / "y.npy")


@pytest.mark.parametrize("name", ARENA_BYTES)
def test_plan_int8_arena_is_small_and_at_its_bound(name, tmp_path):
    program, report = compile_int8(name, tmp_path)
    memory, = report["memories"]
    assert memory["arena_bytes"] <= ARENA_BYTES[name]
    assert memory["arena_bytes"] == memory["lower_bound_bytes"] and memory["proven_optimal"]
    assert memory["traffic_bytes"] > 0 and memory["peak"].startswith("'")
    drawn = run_wick("inspect", program).stdout  # found again in the file, overlaps included
    assert "memory 1: {arena_bytes} bytes, lower bound {arena_bytes}, gap 0".format(**memory) in drawn


def test_plan_over_two_memories_moves_less_and_computes_the_same(tmp_path):
    whole, _ = compile_int8("vww", tmp_path)
    expected = run_random(whole, (1, 96, 96, 3), tmp_path)
    target = write_target(tmp_path, FAST_BYTES, SLOW_BYTES)
    program, report = compile_int8("vww", tmp_path, "--target", target)
    fast, slow = report["memories"]
    assert fast["arena_bytes"] <= FAST_BYTES and slow["arena_bytes"] <= SLOW_BYTES
    assert 0 < slow["traffic_bytes"] <= 0.7 * slow["first_fit_traffic_bytes"]
    assert numpy.array_equal(run_random(program, (1, 96, 96, 3), tmp_path), expected)


def test_plan_one_byte_too_little_is_refused_with_what_pins_the_peak(tmp_path):
    target = write_target(tmp_path, FAST_BYTES, SLOW_BYTES)
    _, report = compile_int8("vww", tmp_path, "--target", target)
    needed = report["memories"][1]["arena_bytes"]
    compile_int8("vww", tmp_path, "--target", write_target(tmp_path, FAST_BYTES, needed))
    done = run_wick("compile", model_file("vww", "pt2"), "-o", tmp_path / "no.pte", "--quantize", "int8", "--io", "int8",
                    "--layout", "nhwc", "--calibration", model_file("vww", "calibration.npy"), "--target",
                    write_target(tmp_path, FAST_BYTES, needed - 1), check=False)
    assert done.returncode != 0 and not (tmp_path / "no.pte").exists()
    assert f"memory 'slow' of target 'two' has {needed - 1} bytes" in done.stderr
    assert "alive at this peak, in bytes: 'conv2d" in done.stderr


def test_plan_copies_weights_to_fast_memory_where_flash_is_slow(tmp_path):
    whole, _ = compile_int8("ds_cnn", tmp_path)
    expected = run_random(whole, (1, 49, 10, 1), tmp_path)
    target = json.loads(write_target(tmp_path, FAST_BYTES, SLOW_BYTES).read_text())
    (tmp_path / "flash.json").write_text(json.dumps({**target, "constant_access_cost": 6}))
    program, report = compile_int8("ds_cnn", tmp_path, "--target", tmp_path / "flash.json")
    weights = {storage["name"]: storage for storage in report["storages"] if storage["name"].startswith("weight")}
    assert len(weights) == 10 and report["memories"][0]["arena_bytes"] <= FAST_BYTES
    assert all(storage["first"] == 0 and storage["last"] == report["instructions"] - 1 for storage in weights.values())
    assert numpy.array_equal(run_random(program, (1, 49, 10, 1), tmp_path), expected)
