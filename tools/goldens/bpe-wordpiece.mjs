// Writes small byte-level BPE and WordPiece tokenizers, made from texts.mjs, and their goldens. Run: npm ci --prefix tools/goldens && node tools/goldens/bpe-wordpiece.mjs
import { byteLevelPreTokenizer, token, writeTokenizers } from './golden-files.mjs';
import { awkward, long, markRuns, mixtures, sentences } from './texts.mjs';

const texts = [...sentences, ...awkward, ...mixtures(160), ...markRuns(48), long];

function trainBpe(merges) {
  const spelled = (s) => byteLevelPreTokenizer(false).preTokenizeString(s).map(([word]) => [...word]);
  const words = sentences.flatMap((s) => spelled(s.normalize('NFC')));
  const vocab = {};
  const alphabet = [...Array(256).keys()].map((b) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae ? b : -1);
  let next = 0x100;
  alphabet.forEach((b, i) => { vocab[String.fromCharCode(b < 0 ? next++ : b)] = i; });
  const list = [];
  while (list.length < merges) {
    const counts = new Map();
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) {
      const key = `${word[i]} ${word[i + 1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    const [left, right] = best.split(' ');
    list.push([left, right]);
    vocab[left + right] ??= Object.keys(vocab).length;
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
  }
  return { vocab, merges: list };
}

function wordPieces(lowercase) {
  const words = sentences.flatMap((s) => (lowercase ? s.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '') : s).split(/[\s.,:;!?"'()]+/u)).filter(Boolean);
  const pieces = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'mask', 'a', '##a', '##b', '[', ']', ...'.,:;!?\'"#$<>|']);
  for (const word of words) {
    const chars = [...word];
    chars.forEach((c, i) => pieces.add(i ? `##${c}` : c));
    pieces.add(chars[0]).add(chars.slice(0, 4).join(''));
    if (chars.length > 5) pieces.add(`##${chars.slice(4, 7).join('')}`);
  }
  return Object.fromEntries([...pieces].map((piece, id) => [piece, id]));
}

const file = (parts) => ({ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...parts });
const byteLevel = (prefix, regex) => ({ type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: true, use_regex: regex });
const qwen2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

function bpe({ normalizer = { type: 'NFC' }, preTokenizer, added, model = () => ({}) }) {
  const { vocab, merges } = trainBpe(320);
  const size = Object.keys(vocab).length;
  return file({
    normalizer, pre_tokenizer: preTokenizer, decoder: byteLevel(false, true), post_processor: byteLevel(false, false),
    added_tokens: added.map(([content, more], i) => token(size + i, content, more)),
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges, ...model(vocab, merges) },
  });
}

function wordPiece(lowercase, normalizer) {
  const vocab = wordPieces(lowercase);
  return file({
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase, ...normalizer },
    pre_tokenizer: { type: 'BertPreTokenizer' }, decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content, id) => token(id, content, { lstrip: content === '[MASK]' })),
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  });
}

// Without some merges, a few tokens are no longer the result of merging their bytes: only ignore_merges finds them.
const broken = (vocab, merges) => ({ merges: merges.filter((_, i) => i % 7 !== 3).filter(([a, b], _, kept) => [a, b].every((t) => t.length === 1 || kept.some(([c, d]) => c + d === t))) });
const split = { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: qwen2 }, behavior: 'Isolated', invert: false }, byteLevel(false, false)] };
const tokenizers = {
  qwen2: bpe({ preTokenizer: split, added: [['<|im_start|>'], ['<|im_end|>'], ['<think>', { special: false }], ['</think>', { special: false }]], model: () => ({ continuing_subword_prefix: '', end_of_word_suffix: '' }) }),
  gpt2: bpe({ preTokenizer: byteLevel(false, true), added: [['[CLS]'], ['[SEP]'], ['[MASK]', { lstrip: true }], ['|||ADDRESS|||', { normalized: true, special: false }], ['   ', { normalized: true, special: false }]], model: (vocab, merges) => ({ merges: merges.map((pair) => pair.join(' ')) }) }),
  'gpt2-prefix': bpe({ normalizer: null, preTokenizer: byteLevel(true, true), added: [['<s>'], ['</s>']], model: broken }),
  'qwen2-ignore-merges': bpe({ preTokenizer: split, added: [['<|im_end|>']], model: (vocab, merges) => ({ ...broken(vocab, merges), ignore_merges: true }) }),
  'bert-uncased': wordPiece(true, {}),
  'bert-cased': wordPiece(false, {}),
  'bert-accents': wordPiece(true, { strip_accents: false, handle_chinese_chars: false }),
  'bert-raw': wordPiece(false, { clean_text: false, strip_accents: true }),
};

await writeTokenizers(tokenizers, texts);
