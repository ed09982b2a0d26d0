import { useEffect, useState } from "preact/hooks";
import type { SecretRequest } from "./secret-request.ts";

/**
 * A request whose secret the user has not confirmed. It contains the Idempotency-Key of the server's stored response,
 * but never the secret.
 */
export interface UnconfirmedRequest {
  readonly idempotencyKey: string;
  readonly request: SecretRequest;
  /** Server, user and company, so that other users who sign in here do not see it. */
  readonly owner: string;
  readonly startedMs: number;
}

const storageKey = "briksync.unconfirmed";
/**
 * How long a request can be repeated. The server removes its response after 24 hours, and a later repetition would
 * create another key.
 */
const repeatableMs = 23.5 * 3_600_000;

const listeners = new Set<() => void>();
/** Requests that a dialog is working on. The page does not offer them elsewhere. */
const inDialogs = new Set<string>();
/** The requests if the browser forbids storage. They last as long as the page. */
let memory: readonly UnconfirmedRequest[] = [];

/** Returns whether the server still has the response to a request. */
export function isRepeatable({ startedMs }: UnconfirmedRequest, nowMs: number): boolean {
  return nowMs >= startedMs && nowMs - startedMs < repeatableMs;
}

/** Returns a new Idempotency-Key: 128 random bits in hex. `crypto.randomUUID` is missing on pages without TLS. */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Remembers a request before it is sent, so that a reload does not lose its secret. */
export function rememberUnconfirmed(entry: UnconfirmedRequest): void {
  inDialogs.add(entry.idempotencyKey);
  writeAll([...readAll().filter(({ idempotencyKey }) => idempotencyKey !== entry.idempotencyKey), entry]);
}

/** Forgets a request, after the user confirmed its secret or the server refused it. */
export function forgetUnconfirmed(idempotencyKey: string): void {
  writeAll(readAll().filter((entry) => entry.idempotencyKey !== idempotencyKey));
}

/** Offers a request outside of its dialog again, because the dialog was closed. */
export function offerUnconfirmedAgain(idempotencyKey: string): void {
  inDialogs.delete(idempotencyKey);
  notifyListeners();
}

/** Returns the unconfirmed requests of an owner that no dialog is working on, oldest first. */
export function useUnconfirmed(owner: string | null): readonly UnconfirmedRequest[] {
  const [entries, setEntries] = useState<readonly UnconfirmedRequest[]>([]);
  useEffect(() => {
    const read = (): void =>
      setEntries(readAll().filter((entry) => entry.owner === owner && !inDialogs.has(entry.idempotencyKey)));
    read();
    listeners.add(read);
    return () => listeners.delete(read);
  }, [owner]);
  return entries;
}

function readAll(): readonly UnconfirmedRequest[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  } catch {
    return memory;
  }
}

function writeAll(entries: readonly UnconfirmedRequest[]): void {
  memory = entries;
  try {
    if (entries.length === 0) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(entries));
  } catch {
    // The requests stay in memory.
  }
  notifyListeners();
}

function notifyListeners(): void {
  for (const listener of listeners) listener();
}

function isEntry(value: unknown): value is UnconfirmedRequest {
  const entry = value as Partial<UnconfirmedRequest> | null;
  return typeof entry?.idempotencyKey === "string" && typeof entry.request === "object" && entry.request !== null;
}
