# SPDX-License-Identifier: BSD-3-Clause
"""Small configurations of the networks of the package transformers, with random weights.

`MODELS` maps a name to a function that gives (module, inputs)."""
import torch
from torch import nn

import transformers as tf

MODELS = {}
TEXT = {"vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24,
        "max_position_embeddings": 32, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
IMAGE = {"image_size": 16, "patch_size": 4, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}


def floats(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def ids(*shape, seed=1):
    return torch.randint(3, 60, shape, generator=torch.Generator().manual_seed(seed))


class First(nn.Module):
    """The first output of a model as a tensor, called with named inputs."""

    def __init__(self, model, names, **fixed):
        super().__init__()
        self.model, self.names, self.fixed = model, names, fixed

    def forward(self, *inputs):
        return self.model(**dict(zip(self.names, inputs)), **self.fixed, return_dict=True)[0]


def wrap(model_class, config, inputs, **fixed):
    torch.manual_seed(0)
    return First(model_class(config).eval(), list(inputs), **fixed), tuple(inputs.values())


def model(name):
    def register(function):
        MODELS[name] = function
        return function

    return register


def text(name, model_class, config_class, decoder=False, mask=False, batch=2, **changes):
    """A text model on token ids."""
    def build():
        options = {**TEXT, **changes}
        config = config_class(**{k: v for k, v in options.items() if v is not None})
        inputs = {"input_ids": ids(batch, 7)}
        if mask:
            inputs["attention_mask"] = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
        return wrap(getattr(tf, model_class), config, inputs, **({"use_cache": False} if decoder else {}))

    MODELS[name] = build


text("bert", "BertModel", tf.BertConfig, mask=True)
text("distilbert", "DistilBertModel", tf.DistilBertConfig, dim=16, n_layers=2, n_heads=2, hidden_dim=24, mask=True)
text("mobilebert", "MobileBertModel", tf.MobileBertConfig, embedding_size=8, intra_bottleneck_size=8, mask=True)
text("albert", "AlbertModel", tf.AlbertConfig, embedding_size=8)
text("roberta", "RobertaModel", tf.RobertaConfig)
text("electra", "ElectraModel", tf.ElectraConfig, embedding_size=8)
text("gpt2", "GPT2LMHeadModel", tf.GPT2Config, decoder=True, batch=1, n_embd=16, n_layer=2, n_head=2, n_positions=32)
text("llama", "LlamaForCausalLM", tf.LlamaConfig, decoder=True, num_key_value_heads=1)
text("mistral", "MistralForCausalLM", tf.MistralConfig, decoder=True, num_key_value_heads=1, head_dim=8, sliding_window=4)
text("qwen2", "Qwen2ForCausalLM", tf.Qwen2Config, decoder=True, num_key_value_heads=1)
text("qwen3", "Qwen3ForCausalLM", tf.Qwen3Config, decoder=True, num_key_value_heads=1, head_dim=8)
text("gemma", "GemmaForCausalLM", tf.GemmaConfig, decoder=True, num_key_value_heads=1, head_dim=8)
text("gemma2", "Gemma2ForCausalLM", tf.Gemma2Config, decoder=True, num_key_value_heads=1, head_dim=8)
text("phi", "PhiForCausalLM", tf.PhiConfig, decoder=True)
text("phi3", "Phi3ForCausalLM", tf.Phi3Config, decoder=True)
text("opt", "OPTForCausalLM", tf.OPTConfig, decoder=True, ffn_dim=24, word_embed_proj_dim=16)
text("gpt_neox", "GPTNeoXForCausalLM", tf.GPTNeoXConfig, decoder=True)
text("bloom", "BloomForCausalLM", tf.BloomConfig, decoder=True, n_head=2, n_layer=2)
text("falcon", "FalconForCausalLM", tf.FalconConfig, decoder=True)
text("stablelm", "StableLmForCausalLM", tf.StableLmConfig, decoder=True, num_key_value_heads=2, rope_parameters={"rope_type": "default", "rope_theta": 1e4, "partial_rotary_factor": 0.5})
text("mixtral", "MixtralForCausalLM", tf.MixtralConfig, decoder=True, num_key_value_heads=1, num_local_experts=4)
text("mamba", "MambaForCausalLM", tf.MambaConfig, decoder=True, state_size=4, expand=2, conv_kernel=3, num_attention_heads=None, time_step_rank=2)
text("fnet", "FNetModel", tf.FNetConfig, tpu_short_seq_length=7)
text("xlm_roberta", "XLMRobertaModel", tf.XLMRobertaConfig)
text("modernbert", "ModernBertModel", tf.ModernBertConfig)
text("mpnet", "MPNetModel", tf.MPNetConfig)


@model("whisper_encoder")
def whisper_encoder():
    config = tf.WhisperConfig(vocab_size=60, d_model=16, encoder_layers=2, encoder_attention_heads=2, encoder_ffn_dim=24, decoder_layers=1,
                              decoder_attention_heads=2, decoder_ffn_dim=24, num_mel_bins=8, max_source_positions=10, max_target_positions=10,
                              pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1)
    torch.manual_seed(0)
    return First(tf.WhisperModel(config).eval().encoder, ["input_features"]), (floats(1, 8, 20),)


@model("wav2vec2")
def wav2vec2():
    config = tf.Wav2Vec2Config(vocab_size=20, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
                               conv_dim=(8, 8), conv_stride=(4, 2), conv_kernel=(8, 4), num_conv_pos_embeddings=4,
                               num_conv_pos_embedding_groups=2)
    return wrap(tf.Wav2Vec2ForCTC, config, {"input_values": floats(1, 200)})


@model("hubert")
def hubert():
    config = tf.HubertConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, conv_dim=(8, 8),
                             conv_stride=(4, 2), conv_kernel=(8, 4), num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2)
    return wrap(tf.HubertModel, config, {"input_values": floats(1, 200)})


@model("audio_spectrogram")
def audio_spectrogram():
    config = tf.ASTConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, patch_size=4, frequency_stride=4,
                          time_stride=4, max_length=16, num_mel_bins=8)
    return wrap(tf.ASTModel, config, {"input_values": floats(1, 16, 8)})


@model("vit")
def vit():
    return wrap(tf.ViTModel, tf.ViTConfig(**IMAGE), {"pixel_values": floats(1, 3, 16, 16)})


@model("deit")
def deit():
    return wrap(tf.DeiTModel, tf.DeiTConfig(**IMAGE), {"pixel_values": floats(1, 3, 16, 16)})


@model("dinov2")
def dinov2():
    return wrap(tf.Dinov2Model, tf.Dinov2Config(**{**IMAGE, "image_size": 24}), {"pixel_values": floats(1, 3, 16, 16)})


@model("segformer")
def segformer():
    config = tf.SegformerConfig(num_encoder_blocks=2, depths=[1, 1], sr_ratios=[2, 1], hidden_sizes=[8, 16], patch_sizes=[7, 3],
                                strides=[4, 2], num_attention_heads=[1, 2], mlp_ratios=[2, 2], decoder_hidden_size=8, num_labels=3)
    return wrap(tf.SegformerForSemanticSegmentation, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("yolos")
def yolos():
    config = tf.YolosConfig(**{**IMAGE, "image_size": [16, 24]}, num_detection_tokens=3, num_labels=4)
    return wrap(tf.YolosForObjectDetection, config, {"pixel_values": floats(1, 3, 16, 24)})


@model("clip_text")
def clip_text():
    config = tf.CLIPTextConfig(**{**TEXT, "eos_token_id": 59})
    return wrap(tf.CLIPTextModel, config, {"input_ids": ids(2, 7)})


@model("clip_vision")
def clip_vision():
    return wrap(tf.CLIPVisionModel, tf.CLIPVisionConfig(**IMAGE), {"pixel_values": floats(1, 3, 16, 16)})


@model("clip")
def clip():
    config = tf.CLIPConfig(text_config={**TEXT, "eos_token_id": 59}, vision_config=IMAGE, projection_dim=8)
    return wrap(tf.CLIPModel, config, {"input_ids": ids(2, 7), "pixel_values": floats(1, 3, 16, 16)})


T5 = {"vocab_size": 60, "d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2, "num_heads": 2, "pad_token_id": 0, "decoder_start_token_id": 0}


@model("t5_encoder")
def t5_encoder():
    return wrap(tf.T5EncoderModel, tf.T5Config(**T5), {"input_ids": ids(2, 7)})


@model("t5")
def t5():
    return wrap(tf.T5ForConditionalGeneration, tf.T5Config(**T5), {"input_ids": ids(2, 7), "decoder_input_ids": ids(2, 5, seed=2)}, use_cache=False)


@model("bart")
def bart():
    config = tf.BartConfig(vocab_size=60, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
                           encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=32, pad_token_id=0, bos_token_id=1, eos_token_id=2)
    return wrap(tf.BartModel, config, {"input_ids": ids(1, 7), "decoder_input_ids": ids(1, 5, seed=2)}, use_cache=False)


@model("swin")
def swin():
    config = tf.SwinConfig(image_size=16, patch_size=2, embed_dim=8, depths=[2, 1], num_heads=[1, 2], window_size=4)
    return wrap(tf.SwinModel, config, {"pixel_values": floats(1, 3, 16, 16)})


@model("swin2sr")
def swin2sr():
    config = tf.Swin2SRConfig(image_size=8, embed_dim=8, depths=[2], num_heads=[2], window_size=4, upscale=2, upsampler="pixelshuffledirect")
    return wrap(tf.Swin2SRForImageSuperResolution, config, {"pixel_values": floats(1, 3, 8, 8)})


@model("convnext")
def convnext():
    return wrap(tf.ConvNextModel, tf.ConvNextConfig(hidden_sizes=[8, 16], depths=[1, 1], num_stages=2), {"pixel_values": floats(1, 3, 32, 32)})


@model("convnextv2")
def convnextv2():
    return wrap(tf.ConvNextV2Model, tf.ConvNextV2Config(hidden_sizes=[8, 16], depths=[1, 1], num_stages=2), {"pixel_values": floats(1, 3, 32, 32)})


@model("resnet")
def resnet():
    config = tf.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="bottleneck")
    return wrap(tf.ResNetModel, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("regnet")
def regnet():
    config = tf.RegNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], groups_width=4)
    return wrap(tf.RegNetModel, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("mobilenet_v1")
def mobilenet_v1():
    return wrap(tf.MobileNetV1Model, tf.MobileNetV1Config(image_size=32, depth_multiplier=0.25), {"pixel_values": floats(1, 3, 32, 32)})


@model("mobilenet_v2")
def mobilenet_v2():
    return wrap(tf.MobileNetV2Model, tf.MobileNetV2Config(image_size=32, depth_multiplier=0.25), {"pixel_values": floats(1, 3, 32, 32)})


@model("mobilevit")
def mobilevit():
    config = tf.MobileViTConfig(image_size=32, patch_size=2, hidden_sizes=[8, 12, 16], neck_hidden_sizes=[8, 8, 8, 12, 12, 16, 16],
                                num_attention_heads=2, output_stride=32)
    return wrap(tf.MobileViTModel, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("efficientnet")
def efficientnet():
    config = tf.EfficientNetConfig(width_coefficient=0.25, depth_coefficient=0.2, hidden_dim=320, in_channels=[8, 8], out_channels=[8, 16],
                                   kernel_sizes=[3, 5], strides=[1, 2], num_block_repeats=[1, 1], expand_ratios=[1, 4], depthwise_padding=[])
    return wrap(tf.EfficientNetModel, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("poolformer")
def poolformer():
    config = tf.PoolFormerConfig(hidden_sizes=[8, 16], depths=[1, 1], patch_sizes=[7, 3], strides=[4, 2], padding=[2, 1], num_encoder_blocks=2)
    return wrap(tf.PoolFormerModel, config, {"pixel_values": floats(1, 3, 32, 32)})


@model("timeseries_transformer_patch")
def patch_tst():
    config = tf.PatchTSTConfig(num_input_channels=2, context_length=16, patch_length=4, patch_stride=4, d_model=8, num_attention_heads=2,
                               num_hidden_layers=1, ffn_dim=16, do_mask_input=False)
    return wrap(tf.PatchTSTModel, config, {"past_values": floats(1, 16, 2)})
