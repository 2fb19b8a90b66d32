// Writes small Unigram tokenizers, made from texts.mjs with the three headers of XLM-R models and two others, and their goldens. Run: npm ci --prefix tools/goldens && node tools/goldens/unigram.mjs
import { token, writeTokenizers } from './golden-files.mjs';
import { awkward, long, markRuns, mixtures, sentences } from './texts.mjs';

// Difficult for Unigram alone: clusters mapped as a whole, control tokens that the map produces, marks, equal segmentations.
const own = [
  '½\u0301', '½\u0301\u0302', '½\u1acf', 'ﬁ\u0301x', '\u0915\u094d\u0958\u0301', '\u0915\u093f\u0958\u0301', 'A\u030a', 'A\u030a\u0301', '\u0300A\u0300', '\n\u0340\u0301', '\r\nx', 'x\r\n',
  '\uff1c/\uff53\uff1e', '\uff1cunk\uff1e', 'a<unk>b', '☃<unk>☃', '＜ｍａｓｋ＞', 'a  <mask>  b', '<mask><mask>', '</s></s>', '▁', '▁▁a', 'a▁b ▁ c', '\ufffd', 'a\ufffdb', '\ud800\ufffd', '☃☃ ☃a☃',
  '  New York  ', 'the New Yorker', 'New York,', 'x<extra>y', '．．．．．．．．．．', '.'.repeat(37), '…'.repeat(9), '\u00ad', 'so\u00adft', '\u00adstart', ' \u00ad ', 'ab\u00ad\u00ad  c', '¼½¾', '\u200bthe\u200b', '\u{1d400}\u{1d401}\u0301',
  '\uac00\u0301', '\u1100\u1161\u0301', '\u1112\u1161\u11ab', '’tis the queue', '’’tis', ' ’tis', '©\u200d½\u0301', '🇩🇪½', '👩🏽\u200d🚀', 'word'.repeat(40),
];
const texts = [...sentences, ...awkward, ...own, ...mixtures(160), ...markRuns(48), long];

// The map: key to replacement. An empty replacement deletes.
const map = new Map([
  ...['\n', '\t', '\r', '\u00a0', '\u2028', '\u3000', '\u200b', '\ufffd', '\u2581'].map((s) => [s, ' ']), ['\u00ad', ''], ['\u0007', ''],
  ['½', '1⁄2'], ['¼', '1⁄4'], ['ﬁ', 'fi'], ['…', '...'], ['²', '2'], ['™', 'TM'], ['Å', 'Å'], ['\u0340', '\u0300'], ['\u0958', '\u0915\u093c'], ['\u{1d400}', 'A'], ['\uf900', '豈'],
  ...[...Array(0x5e).keys()].map((i) => [String.fromCharCode(0xff01 + i), String.fromCharCode(0x21 + i)]),
  ...['A\u030a', 'A\u0300', 'e\u0301', 'a\u0302', 'u\u0308', 'o\u0308', 'n\u0303'].map((s) => [s, s.normalize('NFC')]),
]);

// A darts-clone double array: a cell holds its label, whether a key ends there, and the distance to its children by exclusive or.
function charsMap() {
  const root = { children: new Map() };
  const values = [];
  for (const [key, text] of map) {
    let node = root;
    for (const byte of Buffer.from(key)) {
      if (!node.children.has(byte)) node.children.set(byte, { children: new Map() });
      node = node.children.get(byte);
    }
    node.value = values.reduce((n, v) => n + v.length + 1, 0);
    values.push(Buffer.from(text));
  }
  const cells = [0];
  const taken = new Set([0]);
  const bases = new Set();
  const place = (node, at, label) => {
    const labels = [...(node.value === undefined ? [] : [0]), ...node.children.keys()];
    let base = 1;
    while (bases.has(base) || labels.some((l) => taken.has(base ^ l))) base++;
    bases.add(base);
    labels.forEach((l) => taken.add(base ^ l));
    cells[at] = (label | (node.value === undefined ? 0 : 0x100) | ((at ^ base) << 10)) >>> 0;
    if (node.value !== undefined) cells[base] = (node.value | 0x80000000) >>> 0;
    for (const [l, child] of node.children) place(child, base ^ l, l);
  };
  place(root, 0, 0);
  const size = Math.ceil(cells.length / 256) * 256;
  const head = Buffer.alloc(4 + 4 * size);
  head.writeUInt32LE(4 * size, 0);
  for (let i = 0; i < size; i++) head.writeUInt32LE(cells[i] ?? 0, 4 + 4 * i);
  return Buffer.concat([head, ...values.flatMap((v) => [v, Buffer.from([0])])]).toString('base64');
}

function vocabulary() {
  const counts = new Map();
  for (const sentence of sentences) {
    for (const word of sentence.normalize('NFC').split(/\s+/u)) {
      const chars = ['▁', ...word];
      for (let i = 0; i < chars.length; i++) {
        for (let length = 1; length <= 6 && i + length <= chars.length; length++) {
          const piece = chars.slice(i, i + length).join('');
          counts.set(piece, (counts.get(piece) ?? 0) + 1);
        }
      }
    }
  }
  const total = [...counts.values()].reduce((a, b) => a + b);
  const kept = [...counts].filter(([piece, n]) => ([...piece].length === 1 ? !'qÄप窓'.includes(piece) : n > 1)).map(([piece, n]) => [piece, Math.log(n / total)]);
  const dots = [3, 5, 6, 7, 8, 16].map((n) => ['.'.repeat(n), -6.38959264755249 - n / 7.3]);
  return [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ...kept, ...dots, ['A', -8.1], ['\u00c5', -9.25], ['1', -7], ['/', -7.03], ['<', -8], ['>', -8.5], ['mask', -9], ['unk', -9.1], ['TM', -10.5], ['\ufffd', -11], ['<mask>', 0]]
    .filter(([piece], i, all) => all.findIndex(([other]) => other === piece) === i);
}

const metaspace = (prepend_scheme, split = true) => ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split });
const precompiled = { type: 'Precompiled', precompiled_charsmap: charsMap() };
const replace = (content) => ({ type: 'Replace', pattern: { Regex: ' {2,}' }, content });
const special = (id, type_id) => ({ SpecialToken: { id, type_id } });
const sequence = (id, type_id) => ({ Sequence: { id, type_id } });
const vocab = vocabulary();
const added = [...['<s>', '<pad>', '</s>', '<unk>'].map((s, id) => token(id, s)), token(vocab.length - 1, '<mask>', { lstrip: true })];
const file = (normalizer, pre_tokenizer, more = []) => ({
  version: '1.0', truncation: null, padding: null, added_tokens: [...added, ...more], normalizer, pre_tokenizer,
  post_processor: {
    type: 'TemplateProcessing', single: [special('<s>', 0), sequence('A', 0), special('</s>', 0)],
    pair: [special('<s>', 0), sequence('A', 0), special('</s>', 0), special('</s>', 0), sequence('B', 0), special('</s>', 0)],
    special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] }, '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } },
  },
  decoder: metaspace('always'), model: { type: 'Unigram', unk_id: 3, vocab, byte_fallback: false },
});
const n = vocab.length;
const tokenizers = {
  'unigram-roberta': file(precompiled, { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] }),
  'unigram-bge': file({ type: 'Sequence', normalizers: [precompiled, replace(' ')] }, metaspace('always')),
  'unigram-reranker': file({ type: 'Sequence', normalizers: [precompiled, { type: 'Strip', strip_left: false, strip_right: true }, replace('▁')] }, metaspace('always')),
  'unigram-first': file(
    { type: 'Sequence', normalizers: [precompiled, { type: 'Strip', strip_left: true, strip_right: true }, { type: 'Replace', pattern: { String: 'the' }, content: 'a thing' }, { type: 'Replace', pattern: { String: '’' }, content: "'" }] },
    metaspace('first'),
    [token(n, 'New York', { special: false, normalized: true, single_word: true }), token(n + 1, '<extra>', { rstrip: true })]),
  'unigram-whole': file(null, metaspace('never', false), [token(n, '|||ADDRESS|||', { special: false })]),
};

await writeTokenizers(tokenizers, texts, (text) => text.toWellFormed());
