"""Models small enough to make in a test, with weights drawn at random or fitted on the spot."""

from pathlib import Path

from footnote.index.embedding.encoder import packaged_minilm

SIZE = 16


def embedding(folder: Path) -> Path:
    """Save an embedding model of `SIZE` dimensions; returns the folder."""
    from transformers import BertModel

    return _saved(BertModel, folder)


def cross_encoder(folder: Path, word: str = "", labels: int = 1) -> Path:
    """Save a cross-encoder; returns the folder. It is trained to prefer texts with ``word``, or not at all without."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertForSequenceClassification

    _saved(BertForSequenceClassification, folder, num_labels=labels)
    if word:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        others = "the ship sailed on monday with its crew of nine to a port where rain fell all day".split()
        texts = [" ".join(others[n : n + 6]) for n in range(12)]
        texts += [f"{text[:12]} {word} {text[12:]}" for text in texts]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        rows = tokenizer(["what happened?"] * len(texts), texts, padding=True, return_tensors="pt")
        wanted = torch.tensor([0.0] * 12 + [1.0] * 12)
        network = model[0].model
        optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)
        network.train()
        for _ in range(60):
            optimizer.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(network(**rows).logits[:, 0], wanted).backward()
            optimizer.step()
        model.save(str(folder))
    return folder


def _saved(kind, folder, **more):
    import torch
    from transformers import AutoTokenizer, BertConfig

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(packaged_minilm())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=SIZE, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        **more,
    )  # fmt: skip
    kind(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def bilingual(folder: Path, pairs: dict[str, str]) -> Path:
    """Save an embedding model of the words of two languages, in which each pair's words are one; returns the folder."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: n for n, word in enumerate([*special, *pairs, *pairs.values()])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    names = {f"{name.strip('[]').lower()}_token": name for name in special}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **names).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=4 * SIZE, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=128,
    )  # fmt: skip
    model = BertModel(config)
    with torch.no_grad():
        model.embeddings.position_embeddings.weight.zero_()
        words = model.embeddings.word_embeddings.weight
        words.normal_()
        for one, other in pairs.items():
            words[vocabulary[other]] = words[vocabulary[one]]
    model.save_pretrained(folder)
    return folder
