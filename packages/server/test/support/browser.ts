import type { Answer, HttpClient } from "./http-client.ts";

/** Where browsers reach the server; what tests give as PUBLIC_URL. */
export const publicUrl = "https://briksync.example.com";

/**
 * A browser as far as cookies and forms go: it keeps what it is given, what is expired it forgets, and a form is sent from
 * the sign-in page, with the Origin that this page's Referrer-Policy leaves it (Fetch standard, "append a request Origin
 * header").
 */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #client: HttpClient;

  constructor({ server }: { readonly server: HttpClient }) {
    this.#client = server;
  }

  /** Follows a link to the path, or sends a form to it; `headers` stand for what another page makes of it. */
  async open(path: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    if (form === undefined) return this.#send("GET", path, headers);
    const page = await this.#send("GET", "/login", {});
    const origin = page.headers["referrer-policy"] === "no-referrer" ? "null" : publicUrl;
    const body = new URLSearchParams(form).toString();
    return this.#send("POST", path, { "content-type": "application/x-www-form-urlencoded", origin, ...headers }, body);
  }

  /** The same browser, once more. */
  copy(): Browser {
    const copy = new Browser({ server: this.#client });
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  async #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.#client.call(method, path, {
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
