import type { HttpClient, HttpResponse } from "./http-client.ts";

/** URL at which browsers reach the server. Tests set it as PUBLIC_URL. */
export const publicUrl = "https://briksync.example.com";

/** Headers of every page, with the sources that its policy allows for scripts (D-03). */
export function pageHeaders(scripts: "'none'" | "'self'"): Readonly<Record<string, string>> {
  const rest = "style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";
  const types = "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  return {
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; script-src ${scripts}; ${rest}; ${types}`,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
}

/** Headers that browsers send for pages of other origins, with and without Fetch Metadata. */
export const foreignPages: readonly Readonly<Record<string, string>>[] = [
  { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  // For example another subdomain, and a sandboxed frame of this server's own page.
  { "sec-fetch-site": "same-site", origin: "https://other.example.com" },
  { "sec-fetch-site": "cross-site", origin: "null" },
  { "sec-fetch-site": "none", origin: publicUrl },
  { "sec-fetch-site": "same-origin, same-origin", origin: publicUrl },
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "" },
  { origin: `${publicUrl}.evil.example` },
  { origin: publicUrl.replace("https:", "http:") },
  {},
];

/**
 * The cookies, forms and fetch calls of a browser. It keeps cookies until they expire. It sends forms from the sign-in
 * page, with the Origin that the Referrer-Policy of that page allows (Fetch standard, "append a request Origin
 * header"). Its requests declare that they come from the server's own pages (Fetch Metadata).
 */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #client: HttpClient;

  constructor({ server }: { readonly server: HttpClient }) {
    this.#client = server;
  }

  /** Follows a link to the path, or sends a form to it. `headers` change what the page sends. */
  async open(path: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<HttpResponse> {
    if (form === undefined) return this.#send("GET", path, headers);
    const page = await this.#send("GET", "/login", {});
    const origin = page.headers["referrer-policy"] === "no-referrer" ? "null" : publicUrl;
    const body = new URLSearchParams(form).toString();
    return this.#send("POST", path, { "content-type": "application/x-www-form-urlencoded", origin, ...headers }, body);
  }

  /** Makes a call as the script of a page does. */
  fetch(path: string, json?: unknown, headers: Record<string, string> = {}): Promise<HttpResponse> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const type = json === undefined ? {} : { "content-type": "application/json" };
    return this.#send("POST", path, { ...type, origin: publicUrl, ...headers }, body);
  }

  /** Returns another browser with the same cookies. */
  copy(): Browser {
    const copy = new Browser({ server: this.#client });
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<HttpResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await this.#client.call(method, path, {
      headers: { ...(cookie === "" ? {} : { cookie }), "sec-fetch-site": "same-origin", ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** Signs a person in with the form of the sign-in page. */
export function signInWithForm(
  browser: Browser,
  { email, password }: { readonly email: string; readonly password: string },
  returnTo?: string,
): Promise<HttpResponse> {
  return browser.open("/api/auth/signin", { email, password, ...(returnTo !== undefined && { returnTo }) });
}

/** Returns a browser with a signed-in person. */
export async function openBrowser(
  server: HttpClient,
  person: { readonly email: string; readonly password: string },
): Promise<Browser> {
  const browser = new Browser({ server });
  const { headers } = await signInWithForm(browser, person);
  if (headers.location !== "/settings/api-access") throw new Error(`The form led to ${headers.location}`);
  return browser;
}

/** Returns an access token in the way that a page's script gets it. */
export async function getPageToken(browser: Browser): Promise<string> {
  return (await browser.fetch("/api/auth/token")).body.data.accessToken;
}

/** Returns the expected error response of a call from a page. */
export function describeRefusal(status: number, code: string) {
  return { status, body: { data: null, code } };
}
