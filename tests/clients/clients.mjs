// The clients. Each one reranks texts and returns their indexes in the order of relevance, and knows its own errors.
import { createCohere } from '@ai-sdk/cohere';
import { createTogetherAI } from '@ai-sdk/togetherai';
import { CohereRerank as LangChainCohereRerank } from '@langchain/cohere';
import { Document } from '@langchain/core/documents';
import { CohereRerank as LlamaIndexCohereRerank } from '@llamaindex/cohere';
import { TextNode } from '@llamaindex/core/schema';
import { Mixedbread } from '@mixedbread/sdk';
import { APICallError, rerank } from 'ai';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { createRequire } from 'node:module';
import Together from 'together-ai';
import { createVoyage } from 'voyage-ai-provider';
import { VoyageAIClient, VoyageAIError } from 'voyageai';

const model = 'demo';
const indexes = (items) => items.map((item) => item.index);
const instanceOf = (type) => (error) => error instanceof type;

// LlamaIndex brings a client of its own, older and with its own classes.
const llamaIndexCohere = createRequire(createRequire(import.meta.url).resolve('@llamaindex/cohere'))('cohere-ai');

const aiSdk = (create) => ({
  async rerank(url, key, query, documents) {
    return (await rerank({ model: create(url, key), query, documents, maxRetries: 0 })).ranking.map((item) => item.originalIndex);
  },
  // Packages of the AI SDK bring copies of the class.
  isOwn: (error) => APICallError.isInstance(error),
});

const stainless = (library) => (error, status) =>
  error instanceof { 422: library.UnprocessableEntityError, 401: library.AuthenticationError, 429: library.RateLimitError }[status];

export const clients = {
  'cohere-ai v2': {
    async rerank(url, token, query, documents) {
      const client = new CohereClientV2({ token, environment: url });
      return indexes((await client.rerank({ model, query, documents }, { maxRetries: 0 })).results);
    },
    isOwn: instanceOf(CohereError),
  },
  'cohere-ai v1': {
    async rerank(url, token, query, documents) {
      const client = new CohereClient({ token, environment: url });
      const { results } = await client.rerank({ model, query, documents: documents.map((text) => ({ text })), returnDocuments: true }, { maxRetries: 0 });
      if (results.some(({ index, document }) => document.text !== documents[index])) throw new Error('The documents do not come back.');
      return indexes(results);
    },
    isOwn: instanceOf(CohereError),
  },
  'cohere-ai v2 with a base URL that ends in /v1': {
    async rerank(url, token, query, documents) {
      const client = new CohereClientV2({ token, baseUrl: `${url}/v1` });
      return indexes((await client.rerank({ model, query, documents }, { maxRetries: 0 })).results);
    },
    isOwn: instanceOf(CohereError),
  },
  '@langchain/cohere': {
    async rerank(url, token, query, documents) {
      const client = new CohereClient({ token, environment: url, maxRetries: 0 });
      const reranker = new LangChainCohereRerank({ client, model });
      const ranked = await reranker.compressDocuments(documents.map((pageContent, index) => new Document({ pageContent, metadata: { index } })), query);
      return ranked.map(({ metadata }) => metadata.index);
    },
    isOwn: instanceOf(CohereError),
  },
  '@llamaindex/cohere': {
    async rerank(url, apiKey, query, documents) {
      const reranker = new LlamaIndexCohereRerank({ apiKey, baseUrl: url, model, topN: 3 });
      const nodes = documents.map((text, index) => ({ node: new TextNode({ text, id_: String(index) }) }));
      return (await reranker.postprocessNodes(nodes, query)).map(({ node }) => Number(node.id_));
    },
    isOwn: instanceOf(llamaIndexCohere.CohereError),
  },
  'ai with @ai-sdk/cohere': aiSdk((url, apiKey) => createCohere({ baseURL: `${url}/v2`, apiKey }).reranking(model)),
  'ai with @ai-sdk/togetherai': aiSdk((url, apiKey) => createTogetherAI({ baseURL: `${url}/v1`, apiKey }).reranking(model)),
  'ai with voyage-ai-provider': aiSdk((url, apiKey) => createVoyage({ baseURL: `${url}/v1`, apiKey }).reranking(model)),
  voyageai: {
    async rerank(url, apiKey, query, documents) {
      const client = new VoyageAIClient({ apiKey, environment: `${url}/v1` });
      return indexes((await client.rerank({ model, query, documents }, { maxRetries: 0 })).data);
    },
    isOwn: instanceOf(VoyageAIError),
  },
  'together-ai': {
    async rerank(url, apiKey, query, documents) {
      const client = new Together({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
      return indexes((await client.rerank.create({ model, query, documents })).results);
    },
    isOwn: stainless(Together),
  },
  '@mixedbread/sdk': {
    async rerank(url, apiKey, query, input) {
      const client = new Mixedbread({ apiKey, baseURL: url, maxRetries: 0 });
      return indexes((await client.rerank({ model, query, input })).data);
    },
    isOwn: stainless(Mixedbread),
  },
};
