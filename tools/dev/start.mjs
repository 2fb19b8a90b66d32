// npm start: runs the app and prints how to call it.
import { say, UserError } from './output.mjs';
import { build, prepare } from './prerequisites.mjs';
import { startServer } from './server.mjs';

const question = JSON.stringify({
  query: 'How do I reset my password?',
  documents: [
    'Our office is open from nine to five.',
    'To reset your password, open Settings, choose Security and click Reset password.',
    'A password should be long.',
  ],
  return_documents: true,
});

export async function startCommand() {
  const compat = await prepare();
  await build('src/RerankFunctions/RerankFunctions.csproj');
  const { url, app, storage } = await startServer(compat);
  const usual = !storage || storage === 'UseDevelopmentStorage=true';
  say(`
Ready: ${url}   (Ctrl-C stops everything)

  curl -s ${url}/v2/rerank -H 'Content-Type: application/json' -d '${question}'

In development, the rerank routes are open to everyone unless Rerank:ClientKeys are set (docs/api.md). Jobs outlive the call:

  id=$(curl -s ${url}/v1/jobs -H 'Content-Type: application/json' -d '${question}' | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
  curl -s "${url}/v1/jobs/$id?wait=10"

A file of JSON Lines with such requests gets a file of results:

  ${usual ? '' : `AzureWebJobsStorage='${storage}' `}npm run drop -- FILE
`);
  const { code } = await app.ended;
  throw new UserError(`The app stopped with exit code ${code}.`);
}
