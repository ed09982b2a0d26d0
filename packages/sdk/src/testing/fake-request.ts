import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import type { FakeState } from "./fake-state.ts";

const pageSizeMax = 1000;

/** A request, as the routes of the fake server receive it. */
export interface FakeRequest {
  readonly state: FakeState;
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body as it was sent. */
  readonly text: string;
  /** URL of the server, as the caller sees it. */
  readonly origin: string;
  /** IP address of the caller: the first entry of `X-Forwarded-For`, or 127.0.0.1. */
  readonly ip: string;
  readonly requestId: string;
}

/** The response of a route. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns a response with a body. */
export function reply(body: unknown, status = 200): FakeAnswer {
  return { status, body };
}

interface Owned {
  readonly companyId: string;
}

/** Returns the token of an Authorization header, or null. */
export function readBearer(headers: Headers): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

/** Returns the record that a path names. Records of other companies do not exist for the actor. */
export function findOwn<Item extends Owned>(
  items: ReadonlyMap<string, Item>,
  { params }: FakeRequest,
  { company }: { readonly company: { readonly id: string } },
): Item {
  const found = items.get(params["id"] ?? "");
  if (found?.companyId !== company.id) throw new FakeRefusal("NOT_FOUND");
  return found;
}

/** Returns the records of a company. */
export function listOwn<Item extends Owned>(items: ReadonlyMap<string, Item>, companyId: string): Item[] {
  return [...items.values()].filter((item) => item.companyId === companyId);
}

/** Returns one page of a list, with a `Link` header to the next page if there is one. */
export function answerPage({ query }: FakeRequest, items: readonly { readonly id: string }[]): FakeAnswer {
  const limitText = query.get("limit") ?? String(pageSizeMax);
  const limit = Number(limitText);
  if (!/^\d+$/.test(limitText) || limit < 1 || limit > pageSizeMax) {
    throw refuseField("/limit", `must be a number from 1 to ${pageSizeMax}`);
  }
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : items.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== null && start === 0) throw refuseField("/cursor", "is not a cursor from this list");
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || start + limit >= items.length) return reply(page);
  const next = new URLSearchParams(query);
  next.set("cursor", last.id);
  return { ...reply(page), headers: { link: `<?${next}>; rel="next"` } };
}
