// transformers.js behind Node's HTTP server: what a service takes that is written in an afternoon.
// node serve.mjs MODEL_FOLDER THREADS; prints "ready PORT" and ends with its input.
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { load } from './model.mjs';

const [folder, threads] = process.argv.slice(2);
const score = await load(folder, threads);

const server = http.createServer(async (request, response) => {
  const { query, documents } = await json(request);
  const { logits } = await score(query, documents);
  const results = Array.from(logits, (logit, index) => ({ index, relevance_score: 1 / (1 + Math.exp(-logit)) }));
  results.sort((one, other) => other.relevance_score - one.relevance_score);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ results }));
});
server.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
