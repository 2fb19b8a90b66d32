// Texts for goldens, all our own: sentences in many scripts, what tokenizers stumble over, and random mixtures of both.
export const sentences = [
  'The queue holds every job until a worker has scored it.', 'What isn\'t measured can\'t be trusted, and we\'ve measured it twice.',
  'She said: "I\'ll take the 07:45 train; you\'d better hurry!"', 'Prices rose by 3.5% to €1,299.00 (from $1,255) in Q2/2024.',
  'Ein schöner Tag für größere Äpfel und süße Träume.', 'Où est passé l\'été ? Ça, c\'est une drôle d\'énigme.',
  'El niño soñó con un pingüino en la montaña.', 'Žluťoučký kůň skákal přes potůček.', 'Đường phố hôm nay rất đông người.',
  'Быстрый ответ лучше долгого молчания.', 'Η θάλασσα είναι ήρεμη σήμερα, Οδυσσέα.', 'הספר מונח על השולחן הגדול.',
  'القطة تنام فوق الكتاب القديم.', 'कल बारिश हुई थी, आज धूप निकली है।', 'இன்று காலை மழை பெய்தது.', 'วันนี้อากาศดีมากและลมเย็น',
  '今天的天气很好，我们去公园散步吧。', '猫が窓の外をじっと見ている。', '오늘은 도서관에서 책을 읽었습니다.', 'სახლი დიდია და ძველი.',
  'Bugün İstanbul\'da ILIK bir rüzgâr esiyor.', 'ፀሐይ ወጣች።', 'def score(pairs):\n    return [f(p) for p in pairs]  # one number a pair',
  '{"id": 17, "tags": ["a", "b"], "ok": true}', 'https://example.org/a/b?c=d&e=%20f#g', 'user.name+tag@example.com', 'C:\\temp\\file_01.txt',
];

export const awkward = [
  '', ' ', '  ', '\n', '\r\n', '\t\tx', 'a  b', 'a   b', '  lead', 'trail  ', ' \n ', 'a \n\n b', 'x\u00a0y', '\u3000全角', 'a\u2028b', 'a\u0085b', 'a\u000bb',
  'I\'M HERE', 'it\'\u017f', '\'S\'s', '\u2019s', 'don\'t\'ve', '\'', '\'\'', '12 345,6', '½ Ⅷ ٣٤ ²', 'abc123def', '!!!', ' !!!\n\n', '...a', '$a', '#tag', '((x))',
  'e\u0301', 'a\u0323\u0302', 'a\u0302\u0323', '\u1e69', 's\u0323\u0307', 's\u0307\u0323', '\u212b \u2126 \u212a', '\uac00\u11a8', '\u1100\u1161\u11a8', '\u0958 \u0915\u093c',
  'x\u302a\u302ey', 'x\u302e\u302ay', 'a\u1df9\u0323', 'a\u0323\u1df9', 'a\u1ac1\u0316', '\u{105d2}\u0307', '\u{1d15e}', '\u{1d158}\u{1d165}\u{1d16e}', '\u{11935}\u{11930}',
  '\ud800', 'a\udc00b', '\ud83d \ude00', '\ufffe', 'e\u0301\ufffee\u0301', '\uffff', '\ufffd', '\u0000', 'a\u0000b', '\u0007', '\u200b', '\u200d', '\ufeffbom', '\u00adsoft', '\u180e',
  '\u{1f600}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f1e9}\u{1f1ea}', '\u2764\ufe0f', '\u{20000}\u{2a6d6}', '\uf900', '\u{2f800}', '\u{e0041}', '\u{10ffff}',
  'İ', 'I\u0307', 'ß ẞ', 'ΣΑΣ', 'ǅ', 'ﬁ', 'ＡＢＣ', 'Å', 'ñ Ñ', 'ё й', '¡hola!', '«quoted»', '؟', '。', '・', '_', 'a_b', '^', '`', '|', '~', '$', '€', '°',
  '<s>', '</s>', '<think>', '</think>', '<|im_start|>user', 'x<|im_end|>', '[CLS]', '[SEP]', 'a [MASK] b', 'a   [MASK]', '[mask]', '<extra>', 'the|||ADDRESS|||end', '|||ADRESS|||', '[UNK] [PAD]',
  'a'.repeat(70), 'ab'.repeat(60), 'x'.repeat(100), 'x'.repeat(101), 'é'.repeat(99), '中'.repeat(40), '='.repeat(90), ' '.repeat(80), '\n'.repeat(75), 'nonononono'.repeat(9),
];

// A small generator of random numbers: the same texts on every run.
function numbers(seed) {
  let state = seed;
  const below = (n) => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) % n;
  };
  return { below, pick: (list) => list[below(list.length)] };
}

export function mixtures(count) {
  const { below, pick } = numbers(20240607);
  const words = sentences.flatMap((s) => s.split(' '));
  const part = [
    () => pick(words), () => pick(awkward).slice(0, 20), () => ' ', () => pick(words).toUpperCase(), () => pick(words).normalize('NFD'),
    () => String.fromCodePoint(below(0x3000)), () => String.fromCodePoint(0x300 + below(0x60)), () => String.fromCodePoint(0x10000 + below(0x20000)),
  ];
  return Array.from({ length: count }, () => Array.from({ length: 1 + below(12) }, () => pick(part)()).join(''));
}

// Runs of combining marks of many classes, among them marks that decompose, behind starters that decompose, compose or do neither.
export function markRuns(count) {
  const { below, pick } = numbers(20261121);
  const marks = ['\u0334', '\u0338', '\u0345', '\u0301', '\u0302', '\u0308', '\u030a', '\u0323', '\u0327', '\u031b', '\u0340', '\u0341', '\u0343', '\u0344', '\u035c', '\u0361', '\u05b0', '\u05bc', '\u05c1', '\ufb1e',
    '\u064b', '\u0651', '\u0670', '\u0711', '\u093c', '\u094d', '\u0951', '\u0e38', '\u0e48', '\u0f71', '\u0f72', '\u0f73', '\u0f74', '\u0f75', '\u0f80', '\u0f81', '\u0fc6', '\u302a', '\u3099', '\u1dce', '\u20d2', '\u{1d165}', '\u{1d16e}',
    '\u{1e94a}', '\u{10a39}', '\u1df9', '\u1ac1', '\u{11133}', '\u200d'];
  const starters = ['', 'e', 'a', 'o', 'A', '\u1ebf', '\u01fb', '\u0958', '\u0915', '\u{1d15e}', '\u{1d157}', '\u304b', '\uac00', '\u1112\u1161', '\u09c7', '\u0dd9', '中', '½', ' ', 'x ', '\ufffd', '\u00ad'];
  return Array.from({ length: count }, () => {
    const few = Array.from({ length: 1 + below(5) }, () => pick(marks));
    const some = below(2) === 0 ? few : marks;
    return Array.from({ length: 1 + below(3) }, () => pick(starters) + Array.from({ length: pick([1, 31, 32, 33, 64, 100]) }, () => pick(some)).join('')).join('') + pick(['', 'b', ' the']);
  });
}

// A text that is long enough to be encoded in parts.
export const long = [...sentences, ...awkward, ...sentences, ...mixtures(60), ...sentences].map((s) => s.toWellFormed()).join(' ');
