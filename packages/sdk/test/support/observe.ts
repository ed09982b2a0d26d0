import { isApiError, isBrikSyncError, Secret } from "../../src/index.ts";

/** The result of each step. IDs, times, tokens and secrets are replaced with placeholders. */
export type Observations = Record<string, unknown>;

/** Fields that may differ: the server writes last-used times up to 5 s late and words event details itself. */
const unstableFields = ["lastUsedAt", "lastUsedIp", "details"];

function normalize(value: unknown): unknown {
  if (value instanceof Secret) return `secret of ${value.reveal().length}`;
  // Entries with the same time have no defined order.
  if (Array.isArray(value)) return value.map(normalize).sort((one, other) => compareCidr(one, other));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, inner]) => [name, unstableFields.includes(name) ? name : normalize(inner)])
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

/** Returns the normalized response of a call, or its error. */
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
