"""Writes clip-bpe.json: tokens by open_clip's tokenizer (the copy of OpenAI's), for tests/faces/captions.test.ts.

    pip install regex ftfy numpy && pip download --no-deps open_clip_torch==3.3.0 && unzip open_clip_torch*.whl && python make-clip-fixtures.py FOLDER
"""
import importlib.util
import json
import pathlib
import sys
import types

TEXTS = [
    "A face seen turned slightly to the right, looking up, smiling.", "a photo of a cat", "", "   spaces\n\tand\nlines   ", "It's the person's 2nd photograph, isn't it?",
    "UPPER and MiXeD", "naïve café, Zürich — “quoted” ‘text’", "emoji 😀 and 日本語 text", "numbers 12345 67.89%", "&amp;lt;tag&gt; &#39;x&#39; &quot;", "supercalifragilisticexpialidocious",
    "don't we'll you're I've he'd I'm", "...!!!???", "ﬁne ﬂow ＦＵＬＬ", " ".join(["portrait"] * 90), "The person has light brown skin, hazel eyes, dark brown wavy hair with a fringe, wearing glasses.",
]

stub = types.ModuleType('torch')
stub.LongTensor = stub.Tensor = stub.long = object
sys.modules['torch'] = stub
spec = importlib.util.spec_from_file_location('tokenizer', pathlib.Path(sys.argv[1]) / 'open_clip' / 'tokenizer.py')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
tokenizer = module.SimpleTokenizer()
cases = [{'text': text, 'tokens': [tokenizer.sot_token_id, *tokenizer.encode(text), tokenizer.eot_token_id]} for text in TEXTS]
out = pathlib.Path(__file__).parent / 'fixtures' / 'clip-bpe.json'
out.write_text(json.dumps({'made-with': 'open_clip_torch 3.3.0', 'cases': cases}) + '\n')
