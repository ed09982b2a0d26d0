import { setTimeout } from "node:timers/promises";
import type { ClusterNode } from "./cluster.ts";
import type { Call, HttpResponse } from "./http-client.ts";

/**
 * Longer than the longest wait in docs/deploy/postgres.md: a read, a change, a response to COMMIT, and a check of the
 * commit.
 */
const deadlineMs = 20_000;

/** A repeated call that is still running or refused gets a response with the advice to wait. */
const repeatAfterMs = 200;

const documented = new Set([200, 201, 204, 401, 403, 404, 409, 422, 429, 500, 503]);

/** `refused`: the call certainly had no effect. `unknown`: it may or may not have had an effect. */
export type Outcome =
  | { readonly kind: "done"; readonly response: HttpResponse }
  | { readonly kind: "refused" | "unknown"; readonly why: string };

/** A call and the statuses that mean success, given the caller's knowledge. */
export interface PlannedCall extends Call {
  readonly method: string;
  readonly path: string;
  readonly expected: readonly number[];
}

/** Records the results of all calls. Reports results that no call may have, whatever happens to the cluster. */
export class CallLedger {
  readonly violations: string[] = [];
  readonly counts: Record<string, number> = {};
  slowestMs = 0;

  /** Records a violation. */
  report = (violation: string): void => {
    this.violations.push(violation);
  };

  /** Calls a node and never throws. `describe` returns the history for a violation. */
  async ask(node: ClusterNode, call: PlannedCall, describe: () => string = () => ""): Promise<Outcome> {
    const { method, path } = call;
    const { isUp, ends } = node.process;
    const startedMs = performance.now();
    const reportCall = (what: string): void => this.report(`${method} ${path} on ${node.name} ${what}${describe()}`);
    const abandon = new AbortController();
    const late = setTimeout(deadlineMs, "late" as const, { signal: abandon.signal }).catch(() => "late" as const);
    const result = await Promise.race([
      node.client.call(method, path, call).catch((error: unknown) => toCode(error)),
      late,
    ]);
    abandon.abort();
    this.slowestMs = Math.max(this.slowestMs, performance.now() - startedMs);
    if (typeof result === "string") {
      this.#count(result);
      if (result === "late") reportCall(`was not answered within ${deadlineMs} ms`);
      else if (isUp && node.process.isUp && node.process.ends === ends) {
        reportCall(`ended in ${result}, and nothing happened to that node`);
      }
      return { kind: result === "ECONNREFUSED" ? "refused" : "unknown", why: result };
    }
    this.#count(String(result.status));
    return this.#judge(result, call, reportCall);
  }

  #judge(response: HttpResponse, { method, expected }: PlannedCall, reportCall: (what: string) => void): Outcome {
    const { status, text, headers } = response;
    if (expected.includes(status)) return { kind: "done", response };
    if (status === 503) {
      if (!(Number(headers["retry-after"]) >= 1)) reportCall("answered 503 without Retry-After");
      return { kind: "refused", why: "503" };
    }
    if (status === 500 && method !== "GET" && text.includes("cannot tell whether the change was saved")) {
      return { kind: "unknown", why: "500" };
    }
    reportCall(`answered ${documented.has(status) ? "" : "undocumented "}${status}: ${text}`);
    return { kind: "unknown", why: String(status) };
  }

  #count(result: string): void {
    this.counts[result] = (this.counts[result] ?? 0) + 1;
  }
}

function toCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** Repeats a call until it succeeds. Throws after 20 seconds. */
export async function retryUntilDone(call: () => Promise<boolean>, what: string): Promise<void> {
  const untilMs = performance.now() + 20_000;
  while (!(await call())) {
    if (performance.now() > untilMs) throw new Error(`There was no answer to ${what}`);
    await setTimeout(repeatAfterMs);
  }
}
