import { h, render } from "preact";
import type { GetAccessToken } from "./api/api.ts";
import { App } from "./app/app.tsx";
import type { Account } from "./app/context.ts";
import { Router } from "./app/router.ts";
import styles from "./styles/element.css?inline";

/** Properties that a host can set, also before the element is defined. */
const properties = ["getAccessToken", "account"] as const;

/**
 * `<briksync-keys>`: Settings → API Access as an element. It shows nothing until `getAccessToken` is set.
 *
 * - Attribute `base-url`: URL of the server. The default is the origin of the page.
 * - Attribute `routes="history"`: the screens have the paths of the server's own page.
 * - Property `getAccessToken`: returns an access token. Property `account`: the calls that only the server's own page
 *   can make.
 * - Event `briksync-session-over`: the session is over. `detail.isRequested` is whether the user asked to sign in. To
 *   prevent the element from showing its own notice, cancel the event.
 *
 * @example
 * const element = document.querySelector("briksync-keys");
 * element.getAccessToken = async () => (await fetch("/my-token")).text();
 */
export class BriksyncKeys extends HTMLElement {
  static readonly observedAttributes = ["base-url", "routes"];
  #getAccessToken: GetAccessToken | null = null;
  #account: Account | null = null;
  #router: Router | null = null;
  #stopRouter: () => void = () => undefined;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  get getAccessToken(): GetAccessToken | null {
    return this.#getAccessToken;
  }

  set getAccessToken(value: GetAccessToken | null) {
    this.#getAccessToken = value;
    this.#render();
  }

  get account(): Account | null {
    return this.#account;
  }

  set account(value: Account | null) {
    this.#account = value;
    this.#render();
  }

  connectedCallback(): void {
    for (const name of properties) this.#upgrade(name);
    this.#openRouter();
    this.#render();
  }

  disconnectedCallback(): void {
    this.#stopRouter();
    this.#router = null;
    if (this.shadowRoot !== null) render(null, this.shadowRoot);
  }

  attributeChangedCallback(name: string): void {
    if (this.#router !== null && name === "routes") this.#openRouter();
    this.#render();
  }

  /** Applies a property that was set before the element was defined, because it hides the setter. */
  #upgrade(name: (typeof properties)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete (this as Record<string, unknown>)[name];
    Object.assign(this, { [name]: value });
  }

  #openRouter(): void {
    this.#stopRouter();
    this.#router = new Router(this.getAttribute("routes") === "history");
    this.#stopRouter = this.#router.start();
  }

  #render(): void {
    const [getAccessToken, router] = [this.#getAccessToken, this.#router];
    if (this.shadowRoot === null || router === null || getAccessToken === null) return;
    const baseUrl = new URL(this.getAttribute("base-url") ?? "/", location.href).href.replace(/\/$/, "");
    const settings = {
      baseUrl,
      getAccessToken,
      router,
      account: this.#account,
      onSessionOver: this.#reportSessionOver,
    };
    render(h(App, { key: baseUrl, ...settings }), this.shadowRoot);
  }

  readonly #reportSessionOver = (isRequested: boolean): boolean => {
    const detail = { isRequested };
    const init = { detail, bubbles: true, composed: true, cancelable: true };
    return !this.dispatchEvent(new CustomEvent("briksync-session-over", init));
  };
}

customElements.get("briksync-keys") ?? customElements.define("briksync-keys", BriksyncKeys);
