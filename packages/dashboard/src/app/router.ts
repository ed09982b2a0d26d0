import { useEffect, useState } from "preact/hooks";

/** A place of the page: a screen with its parameters. */
export type Route =
  | { readonly screen: "keys" }
  | { readonly screen: "key"; readonly keyId: string }
  | { readonly screen: "pipelines" }
  | { readonly screen: "audit"; readonly keyId?: string | undefined; readonly action?: string | undefined }
  | { readonly screen: "account" }
  | { readonly screen: "device"; readonly code?: string | undefined };

const root = "/settings/api-access";

/** Returns the path of a place on the server's own page. */
export function toPath(route: Route): string {
  if (route.screen === "keys") return root;
  if (route.screen === "key") return `${root}/${encodeURIComponent(route.keyId)}`;
  if (route.screen === "account") return "/settings/account";
  if (route.screen === "pipelines") return "/settings/pipelines";
  if (route.screen === "device") {
    return route.code === undefined ? "/device" : `/device?${new URLSearchParams({ code: route.code })}`;
  }
  const { keyId, action } = route;
  const query = new URLSearchParams({ ...(keyId && { key: keyId }), ...(action && { action }) }).toString();
  return `/settings/audit${query === "" ? "" : `?${query}`}`;
}

/** Returns the place of a path. A path that is not known leads to the keys. */
export function parsePath(pathname: string, search = ""): Route {
  if (pathname === "/settings/account") return { screen: "account" };
  if (pathname === "/settings/pipelines") return { screen: "pipelines" };
  if (pathname === "/device") return { screen: "device", code: new URLSearchParams(search).get("code") ?? undefined };
  if (pathname === "/settings/audit") {
    const query = new URLSearchParams(search);
    return { screen: "audit", keyId: query.get("key") ?? undefined, action: query.get("action") ?? undefined };
  }
  const [, encoded] = /^\/settings\/api-access\/([^/]+)\/?$/.exec(pathname) ?? [];
  return encoded === undefined ? { screen: "keys" } : { screen: "key", keyId: decode(encoded) };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/**
 * Manages the current place. With history, each place has a path, and Back returns to the place before. Without it, the
 * place is a state of the element, because the address belongs to the page around it.
 */
export class Router {
  readonly hasHistory: boolean;
  #route: Route;
  #hasNavigated = false;
  readonly #listeners = new Set<() => void>();
  /** Called instead of leaving a place. */
  #guards: (() => void)[] = [];
  #waiting: (() => void) | null = null;

  constructor(hasHistory: boolean) {
    this.hasHistory = hasHistory;
    this.#route = hasHistory ? parsePath(location.pathname, location.search) : { screen: "keys" };
  }

  get route(): Route {
    return this.#route;
  }

  /** Whether the user has navigated since the page was loaded. The focus then moves to the new heading. */
  get hasNavigated(): boolean {
    return this.#hasNavigated;
  }

  /** Listens to the browser's Back and Forward. Returns a function that stops it. */
  start(): () => void {
    if (!this.hasHistory) return () => undefined;
    const onPopState = (): void => this.#follow();
    addEventListener("popstate", onPopState);
    return () => removeEventListener("popstate", onPopState);
  }

  /** Moves to a place. While a guard holds the page, only calls the guard. */
  go(route: Route): void {
    if (this.#isHeld()) return;
    if (this.hasHistory) history.pushState(null, "", toPath(route));
    this.#show(route);
  }

  /** Changes a parameter of the current place, such as a filter. Back does not undo it. */
  replace(route: Route): void {
    if (this.hasHistory) history.replaceState(null, "", toPath(route));
    this.#route = route;
    this.#notify();
  }

  /** Runs `action` now, or as soon as no guard holds the page. If several actions wait, only the last one runs. */
  whenFree(action: () => void): void {
    if (this.#guards.length === 0) action();
    else this.#waiting = action;
  }

  /**
   * Keeps the user at the current place until the returned function is called. `onLeave` runs instead of a navigation,
   * and the browser asks before it closes or reloads the page.
   */
  hold(onLeave: () => void): () => void {
    const onBeforeUnload = (event: Event): void => event.preventDefault();
    addEventListener("beforeunload", onBeforeUnload);
    this.#guards.push(onLeave);
    // Back leads to the same place first, so that it does not leave the document.
    if (this.hasHistory) history.pushState(null, "", toPath(this.#route));
    return () => {
      removeEventListener("beforeunload", onBeforeUnload);
      this.#guards = this.#guards.filter((guard) => guard !== onLeave);
      if (this.#guards.length > 0) return;
      this.#waiting?.();
      this.#waiting = null;
    };
  }

  /** Runs `listener` after each move. Returns a function that stops it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #follow(): void {
    if (this.#isHeld()) {
      history.pushState(null, "", toPath(this.#route));
      return;
    }
    const route = parsePath(location.pathname, location.search);
    if (toPath(route) !== toPath(this.#route)) this.#show(route);
  }

  #isHeld(): boolean {
    this.#guards.at(-1)?.();
    return this.#guards.length > 0;
  }

  #show(route: Route): void {
    this.#route = route;
    this.#hasNavigated = true;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Returns the current place, and renders again after each move. */
export function useRoute(router: Router): Route {
  const [route, setRoute] = useState(router.route);
  useEffect(() => router.subscribe(() => setRoute(router.route)), [router]);
  return route;
}
