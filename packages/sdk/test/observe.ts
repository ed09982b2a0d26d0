import { isApiError, isBrikSyncError, Secret } from "../src/index.ts";

/** What each step of the walk came to, with ids, times, tokens and secrets replaced by what they are. */
export type Observations = Record<string, unknown>;

/** The server writes the last use up to 5 s later; the wording of an event's details is its own. */
const UNSTEADY = ["lastUsedAt", "lastUsedIp", "details"];

function normalize(value: unknown): unknown {
  if (value instanceof Secret) return `secret of ${value.reveal().length}`;
  // Entries of the same instant have no order of their own.
  if (Array.isArray(value)) return value.map(normalize).sort((one, other) => compareCidr(one, other));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, inner]) => [name, UNSTEADY.includes(name) ? name : normalize(inner)])
        .sort(),
    );
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "<time>")
    .replace(/^api_[0-9a-f]{24}$/, "<client id>")
    .replace(/^(fake_(access|refresh)_<id>|ey[\w-]+\.[\w-]+\.[\w-]+|[\w-]{40,})$/, "<token>");
}

function compareCidr(one: unknown, other: unknown): number {
  const [a = "", b = ""] = [one, other].map((entry) => (isEntry(entry) ? entry.cidr : ""));
  return a.localeCompare(b);
}

function isEntry(value: unknown): value is { cidr: string } {
  return typeof value === "object" && value !== null && "cidr" in value;
}

/** What a call came to: its answer, or its refusal. */
export async function observe(call: Promise<unknown>): Promise<unknown> {
  try {
    return normalize(await call);
  } catch (error) {
    if (!isBrikSyncError(error)) throw error;
    const paths = isApiError(error) ? error.details?.map(({ path }) => path) : [];
    return {
      refused: error.type,
      status: error.status,
      paths: [...new Set(paths)],
      hasRequestId: error.requestId !== undefined,
      mayRetryLater: error.retryAfterSeconds !== undefined,
    };
  }
}
