// Writes src/RerankFunctions.Tokenizers/Unicode/UnicodeClasses.txt: the class of each code point in Hugging Face's Rust library.
// The library combines Unicode tables of several versions (regular expressions, NFC/NFD, categories, lower case), and no .NET table
// matches them, so the script measures every class on the library itself. Run: npm ci --prefix tools/goldens && node tools/goldens/unicode-classes.mjs
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Tokenizer } from './golden-files.mjs';

const { version } = createRequire(import.meta.url)('tokenizers/package.json');
const limit = 0x110000;
const scalars = [];
for (let cp = 0; cp < limit; cp++) if (cp < 0xd800 || cp > 0xdfff) scalars.push(cp);
const text = (cp) => String.fromCodePoint(cp);

const tokenizer = (normalizer, preTokenizer) => Tokenizer.fromString(JSON.stringify({
  version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer, pre_tokenizer: preTokenizer, post_processor: null,
  decoder: null, model: { type: 'WordLevel', vocab: { '[UNK]': 0 }, unk_token: '[UNK]' },
}));
const normalizer = (json) => { const n = tokenizer(json, null).getNormalizer(); return (s) => n.normalizeString(s); };

// Code points that a regular expression matches: those that it removes from a text of all code points.
async function matched(regex) {
  const remover = tokenizer(null, { type: 'Split', pattern: { Regex: regex }, behavior: 'Removed', invert: false });
  const set = new Set();
  for (let i = 0; i < scalars.length; i += 4096) {
    const chunk = scalars.slice(i, i + 4096);
    const left = new Set();
    for (const [from, to] of (await remover.encode(String.fromCodePoint(...chunk))).getOffsets()) {
      for (let k = from; k < to; k++) left.add(k);
    }
    chunk.forEach((cp, k) => left.has(k) || set.add(cp));
  }
  return set;
}

const nfc = normalizer({ type: 'NFC' });
const nfd = normalizer({ type: 'NFD' });
const bert = (option) => normalizer({
  type: 'BertNormalizer', clean_text: false, handle_chinese_chars: false, strip_accents: false, lowercase: false, ...option,
});
const filter = (predicate) => new Set(scalars.filter((cp) => predicate(text(cp), cp)));

// U+0334 has combining class 1 and U+0345 has 240: any other non-zero class moves past one of them.
const moves = (form, s) => form(`a${s}\u0334`) === `a\u0334${form(s)}` && form(s) === s || form(`a\u0345${s}`) === `a${form(s)}\u0345`;
const nonStarter = filter((s, cp) => cp === 0x334 || cp === 0x345 || moves(nfd, s));
const last = (s) => [...s].at(-1).codePointAt(0);
const composedWith = new Set(scalars.filter((cp) => nfc(text(cp)) === text(cp) && nfd(text(cp)) !== text(cp)).map((cp) => last(nfd(text(cp)))));
const decomposable = filter((s) => nfd(s) !== s);
const recomposable = filter((s, cp) => nonStarter.has(cp) || composedWith.has(cp) || nfc(s) !== s);

// Code points that Node's Unicode version normalizes and the library does not know, and unassigned ones.
const newerParts = new Set(scalars.filter((cp) => text(cp).normalize('NFD') !== nfd(text(cp)))
  .flatMap((cp) => [cp, ...[...text(cp).normalize('NFD')].map((s) => s.codePointAt(0))])
  .filter((cp) => !recomposable.has(cp) && !decomposable.has(cp)));
const newer = filter((s, cp) => newerParts.has(cp) || /^\p{Cn}$/u.test(s) || (!nonStarter.has(cp) && moves((t) => t.normalize('NFD'), s)));

// Canonical combining classes by rank, from 1: of two neighbouring marks, NFD puts the one of the lower class first and leaves equal classes alone.
const marks = [...nonStarter].filter((cp) => nfd(text(cp)) === text(cp));
const precedes = (a, b) => nfd(`a${text(b)}${text(a)}`) === `a${text(a)}${text(b)}`;
const classes = [];
for (const cp of marks) {
  let [low, high] = [0, classes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (precedes(classes[middle][0], cp)) low = middle + 1;
    else high = middle;
  }
  if (low < classes.length && !precedes(cp, classes[low][0])) classes[low].push(cp);
  else classes.splice(low, 0, [cp]);
}

const lowercase = bert({ lowercase: true });
const clean = bert({ clean_text: true });
const ideographs = bert({ handle_chinese_chars: true });
const stripped = bert({ strip_accents: true });

const punctuation = new Set();
const words = tokenizer(null, { type: 'BertPreTokenizer' });
for (let i = 0; i < scalars.length; i += 1024) {
  const chunk = scalars.slice(i, i + 1024);
  const pieces = (await words.encode(String.fromCodePoint(...chunk.flatMap((cp) => [97, cp, 97])))).getOffsets();
  const alone = new Set(pieces.filter(([from, to]) => to - from === 1).map(([from]) => from));
  chunk.forEach((cp, k) => alone.has(3 * k + 1) && punctuation.add(cp));
}

const hex = (cp) => cp.toString(16).toUpperCase();
function ranges(set) {
  const out = [];
  let from = -1;
  for (let cp = 0; cp <= limit; cp++) {
    if (cp < limit && set.has(cp)) from = from < 0 ? cp : from;
    else if (from >= 0) { out.push(cp - 1 === from ? hex(from) : `${hex(from)}-${hex(cp - 1)}`); from = -1; }
  }
  return out;
}

// Runs `first-last/step>target of first`; more than one target is written with `+`.
function mappings(map) {
  const single = scalars.filter((cp) => { const to = map(text(cp)); return to !== text(cp) && [...to].length === 1; });
  const delta = (cp) => map(text(cp)).codePointAt(0) - cp;
  const out = [];
  for (let i = 0; i < single.length;) {
    const step = single[i + 1] - single[i] <= 2 && delta(single[i]) === delta(single[i + 1]) ? single[i + 1] - single[i] : 1;
    let end = i;
    while (end + 1 < single.length && single[end + 1] - single[end] === step && delta(single[end + 1]) === delta(single[i])) end++;
    out.push(`${hex(single[i])}${end > i ? `-${hex(single[end])}${step > 1 ? `/${step}` : ''}` : ''}>${hex(single[i] + delta(single[i]))}`);
    i = end + 1;
  }
  for (const cp of scalars) {
    const to = [...map(text(cp))];
    if (to.length > 1) out.push(`${hex(cp)}>${to.map((s) => hex(s.codePointAt(0))).join('+')}`);
  }
  return out;
}

const sections = {
  Letter: ranges(await matched('\\p{L}')),
  Number: ranges(await matched('\\p{N}')),
  WhiteSpace: ranges(await matched('\\s')),
  NonStarter: ranges(nonStarter),
  Recomposable: ranges(recomposable),
  Decomposable: ranges(decomposable),
  Newer: ranges(newer),
  BertRemoved: ranges(filter((s) => clean(s) === '')),
  BertIdeograph: ranges(filter((s) => ideographs(s) === ` ${s} `)),
  BertMark: ranges(filter((s) => stripped(s) === '')),
  BertPunctuation: ranges(punctuation),
  CombiningRank: classes.flatMap((members, i) => ranges(new Set(members)).map((range) => `${range}:${i + 1}`)),
  Lowercase: mappings(lowercase),
};
const wrap = (items) => items.reduce((lines, item) => {
  if ((lines.at(-1) + ' ' + item).length > 140) lines.push(item);
  else lines[lines.length - 1] = lines.at(-1) ? `${lines.at(-1)} ${item}` : item;
  return lines;
}, ['']).join('\n');
const body = Object.entries(sections).map(([name, items]) => `[${name}]\n${wrap(items)}\n`).join('');
const target = join(root, 'src/RerankFunctions.Tokenizers/Unicode/UnicodeClasses.txt');
writeFileSync(target, `# Code points as tokenizers ${version} classes them. Written by tools/goldens/unicode-classes.mjs; not for editing.\n${body}`);
console.log(Object.entries(sections).map(([name, items]) => `${name} ${items.length}`).join(', '));
