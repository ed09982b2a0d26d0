import { expect } from "vitest";
import type { HttpClient } from "./http-client.ts";
import { createPerson, type Person } from "./people.ts";
import type { CommandResult } from "./run-command.ts";
import { runInProcess } from "./run-in-process.ts";

const auth = "/external/v1/auth";

import { type TwoNodes, useTwoNodes } from "./two-nodes.ts";

/** Two nodes, and an operator who runs commands. */
export interface Operator {
  readonly nodes: TwoNodes;
  node(index: number): HttpClient;
  /** Returns the status of a GET on each node. */
  onAll(path: string, token: string): Promise<number[]>;
  run(...args: string[]): Promise<CommandResult>;
  /** Runs a command that must succeed, and returns its JSON output. */
  runJson(...args: string[]): Promise<Record<string, unknown>>;
  /** Returns the company's newest event, except failed sign-ins. */
  newestEvent(companyId: string): Promise<{
    readonly action: string;
    readonly actor: string | null;
    readonly actorId: string | null;
    readonly details: unknown;
  }>;
  /** Creates another user who can manage the company. */
  addSecondAdmin(person: Person): Promise<Person>;
  /** Returns the status of a refresh on each node. */
  refreshStatus(refreshToken: string): Promise<number[]>;
}

/** Starts two nodes for all tests of a `describe`, and runs the operator's commands in this process. */
export function useOperator(): Operator {
  const nodes = useTwoNodes();

  const node = (index: number): HttpClient => nodes.clients[index] as HttpClient;
  const onAll = (path: string, token: string): Promise<number[]> =>
    Promise.all(nodes.clients.map(async (client) => (await client.call("GET", `${auth}${path}`, { token })).status));
  const run = (...args: string[]): Promise<CommandResult> => runInProcess(args, nodes.env);
  const runJson = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run(...args, "--json");
    expect([code, stderr], args.join(" ")).toEqual([0, ""]);
    return JSON.parse(stdout);
  };
  const newestEvent = async (companyId: string) => {
    // The server records failed sign-ins some seconds later, between other events.
    const { events } = await nodes.deps.store.audit.listStep(companyId, {}, { limit: 10 });
    const event = events.find(({ action }) => action !== "session.sign_in_failed");
    if (event === undefined) throw new Error("There is no event");
    return {
      action: event.action,
      actor: event.actorEmail,
      actorId: event.actorId,
      details: JSON.parse(event.details),
    };
  };
  const addSecondAdmin = (person: Person) => createPerson(nodes.deps, { company: person.companyName });
  const refreshStatus = async (refreshToken: string): Promise<number[]> =>
    Promise.all(
      nodes.clients.map(
        async (client) => (await client.call("POST", `${auth}/refresh`, { json: { refreshToken } })).status,
      ),
    );
  return { nodes, node, onAll, run, runJson, newestEvent, addSecondAdmin, refreshStatus };
}
