/** Runs hledger for tests inside workerd, which cannot start programs, as a local HTTP server. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";
import { hledger } from "./hledger";

declare module "vitest" {
  interface ProvidedContext {
    hledgerUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const server = createServer((request, response) => {
    void check(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  project.provide("hledgerUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => void server.close();
}

async function check(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    response.end(hledger(await text(request), "check", "--strict"));
  } catch (error) {
    response.statusCode = 422;
    response.end(String(error));
  }
}
