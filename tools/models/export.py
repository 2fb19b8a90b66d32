#!/usr/bin/env python3
"""Exports a reranker from Hugging Face, or from a folder with its checkpoint, to a model folder.

The model folder has config.json, the tokenizer's files and, under onnx/, one file per precision:
model.onnx (fp32), model_fp16.onnx and model_int8.onnx, with weights of 2 GB and more in NAME.onnx_data.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

FILES = {"fp32": "model.onnx", "fp16": "model_fp16.onnx", "int8": "model_int8.onnx"}
SMALL_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]
# A protobuf message ends at 2 GiB; what is near that keeps its weights beside the graph.
LARGEST_SINGLE_FILE = 1_900_000_000


class ExportError(Exception):
    """What is wrong, in a sentence for the one who called."""


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="name on the hub, such as BAAI/bge-reranker-v2-m3, or a folder with a checkpoint")
    parser.add_argument("output", type=Path, help="the model folder; must not exist, or be empty")
    parser.add_argument("--revision", default="main", help="commit hash (best), branch or tag on the hub (default: main)")
    parser.add_argument("--dtype", nargs="+", choices=list(FILES), default=list(FILES), help="precisions to write (default: all)")
    parser.add_argument("--opset", type=int, default=18, help="ONNX operator set (default: 18)")
    parser.add_argument("--reduce-range", action="store_true", help="int8 with 7-bit weights, for CPUs without VNNI, whose sums overflow otherwise")
    parser.add_argument("--no-check", action="store_true", help="do not run the written files once with ONNX Runtime")
    return parser.parse_args(arguments)


def task_of(source, revision):
    """The export task that the checkpoint's architecture asks for."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(source, revision=revision)
    architecture = (config.architectures or ["none"])[0]
    if architecture.endswith("ForSequenceClassification"):
        if config.num_labels != 1:
            raise ExportError(f"{source} has {config.num_labels} labels; a reranker has one.")
        return "text-classification"
    if architecture.endswith("ForCausalLM"):
        return "text-generation-with-past"
    raise ExportError(f"{source} is a {architecture}; rerankers are ...ForSequenceClassification with one label, or ...ForCausalLM.")


def export_fp32(source, revision, task, opset, work):
    """Writes model.onnx, config.json and the tokenizer's files to a work folder."""
    from optimum.exporters.onnx import main_export
    from transformers import AutoTokenizer

    main_export(source, work, task=task, opset=opset, dtype="fp32", revision=revision, library_name="transformers")
    AutoTokenizer.from_pretrained(source, revision=revision, use_fast=True).save_pretrained(work)
    for name in ["config.json", "tokenizer.json", "model.onnx"]:
        if not (work / name).is_file():
            raise ExportError(f"The export wrote no {name}; a tokenizer without tokenizer.json is not supported.")


def bytes_of(model):
    """Bytes of a graph and of the weights beside it."""
    return sum(file.stat().st_size for file in model.parent.glob(model.name + "*"))


def convert_fp16(model, target):
    """Weights, keys and values become float16; integer inputs stay, logits stay float32, and norms are computed in float32."""
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    graph = onnx.load(model, load_external_data=False).graph
    norms = [node.name for node in graph.node if "norm" in node.name.lower()]
    converted = convert_float_to_float16(str(model), keep_io_types=["logits"], node_block_list=norms)
    beside = bytes_of(model) / 2 > LARGEST_SINGLE_FILE
    onnx.save_model(converted, target, save_as_external_data=beside, all_tensors_to_one_file=True, location=target.name + "_data")


def convert_int8(model, target, reduce_range):
    """Dynamic quantization: 8-bit weights with a scale per column, scales of activations taken per run."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        model,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=reduce_range,
        use_external_data_format=bytes_of(model) / 4 > LARGEST_SINGLE_FILE,
        extra_options={"MatMulConstBOnly": True},
    )


def first_logit(model):
    """Runs one short row of tokens and gives the first logit."""
    import numpy
    import onnxruntime

    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    length = 6
    known = {
        "input_ids": numpy.arange(1, length + 1).reshape(1, length),
        "attention_mask": numpy.ones((1, length)),
        "token_type_ids": numpy.zeros((1, length)),
        "position_ids": numpy.arange(length).reshape(1, length),
    }
    feeds = {}
    for given in session.get_inputs():
        if given.name in known:
            feeds[given.name] = known[given.name].astype(numpy.int64)
        else:
            # Keys and values of nothing: [batch, heads, 0, size of a head].
            shape = [1, given.shape[1], 0, given.shape[3]]
            feeds[given.name] = numpy.zeros(shape, numpy.float16 if given.type == "tensor(float16)" else numpy.float32)
    logits = session.run(["logits"], feeds)[0]
    if not numpy.isfinite(logits).all():
        raise ExportError(f"{model.name} gives logits that are not finite.")
    return float(logits.reshape(-1)[0])


def export(arguments):
    output = arguments.output
    if output.exists() and any(output.iterdir()):
        raise ExportError(f"{output} is not empty.")
    task = task_of(arguments.source, arguments.revision)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=output.name + ".") as folder:
        work, onnx_folder = Path(folder) / "work", Path(folder) / "model" / "onnx"
        work.mkdir()
        onnx_folder.mkdir(parents=True)
        print(f"Exporting {arguments.source} at {arguments.revision} for {task}", flush=True)
        export_fp32(arguments.source, arguments.revision, task, arguments.opset, work)
        for dtype in arguments.dtype:
            print(f"Writing {FILES[dtype]}", flush=True)
            if dtype == "fp16":
                convert_fp16(work / FILES["fp32"], onnx_folder / FILES[dtype])
            elif dtype == "int8":
                convert_int8(work / FILES["fp32"], onnx_folder / FILES[dtype], arguments.reduce_range)
        if "fp32" in arguments.dtype:
            for file in work.glob(FILES["fp32"] + "*"):
                shutil.move(file, onnx_folder / file.name)
        for name in filter(lambda name: (work / name).is_file(), SMALL_FILES):
            shutil.copy(work / name, onnx_folder.parent / name)
        if not arguments.no_check:
            for dtype in arguments.dtype:
                print(f"{FILES[dtype]}: first logit of a test row {first_logit(onnx_folder / FILES[dtype]):.5f}", flush=True)
        if output.exists():
            output.rmdir()
        onnx_folder.parent.rename(output)
    print(f"Done: {output}")


def main():
    arguments = parse_arguments(sys.argv[1:])
    try:
        export(arguments)
    except ImportError as error:
        sys.exit(f"{error}. Install what the tool needs: pip install -r {Path(__file__).parent / 'requirements.txt'}")
    except (ExportError, OSError, ValueError) as error:
        sys.exit(f"Not exported: {error}")


if __name__ == "__main__":
    main()
