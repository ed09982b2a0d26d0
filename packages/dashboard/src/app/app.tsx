import { useEffect, useMemo, useState } from "preact/hooks";
import { Api, type GetAccessToken } from "../api/api.ts";
import type { Failure } from "../api/failure.ts";
import { messages } from "../messages.ts";
import { KeysScreen } from "../screens/keys/keys.tsx";
import { lazy } from "../ui/lazy.tsx";
import { Link } from "../ui/link.tsx";
import { LiveRegion } from "../ui/live-region.tsx";
import { Notice } from "../ui/notice.tsx";
import { type Account, type AppContext, AppContextProvider, useApp } from "./context.ts";
import { type Route, type Router, toPath, useRoute } from "./router.ts";

// Most visits start with the list of keys. The other screens are loaded when they are needed, or when no call is
// running.
const { titles } = messages;
const KeyScreen = lazy(async () => (await import("../screens/key/key.tsx")).KeyScreen, { heading: titles.key });
const PipelinesScreen = lazy(async () => (await import("../screens/pipelines/pipelines.tsx")).PipelinesScreen, {
  heading: titles.pipelines,
});
const AuditScreen = lazy(async () => (await import("../screens/audit/audit.tsx")).AuditScreen, {
  heading: titles.audit,
});
const AccountScreen = lazy(async () => (await import("../screens/account/account.tsx")).AccountScreen, {
  heading: titles.account,
});
const DeviceScreen = lazy(async () => (await import("../screens/device/device.tsx")).DeviceScreen, {
  heading: titles.device,
});
const loadNotices = async () => (await import("../secrets/unconfirmed-notices.tsx")).UnconfirmedNotices;
const UnconfirmedNotices = lazy(loadNotices, { placeholder: null });

/** How often the page checks whether no call is running. */
const quietCheckMs = 500;

/** Settings of the whole element. */
export interface AppSettings {
  readonly baseUrl: string;
  readonly getAccessToken: GetAccessToken;
  readonly account: Account | null;
  readonly router: Router;
  /**
   * Tells the host that the session is over. `isRequested` is true after the user clicked "Sign in again". Returns
   * whether the host handles it.
   */
  readonly onSessionOver: (isRequested: boolean) => boolean;
}

/** The page: the navigation, the current screen, and the notices above all screens. */
export function App(settings: AppSettings) {
  // A new round restarts the whole page, after a new sign-in or with another account.
  const [round, setRound] = useState(0);
  const [isAccountNew, setAccountNew] = useState(false);
  const restart = (isNew: boolean): void => {
    setAccountNew(isNew);
    setRound((count) => count + 1);
  };
  return (
    <LiveRegion class="app">
      {isAccountNew && <Notice tone="warning">{messages.accountChanged}</Notice>}
      <Session key={round} {...settings} onRestart={restart} />
    </LiveRegion>
  );
}

function Session(props: AppSettings & { readonly onRestart: (isAccountNew: boolean) => void }) {
  const { baseUrl, getAccessToken, account, router, onSessionOver, onRestart } = props;
  const [isOver, setOver] = useState(false);
  const [session, setSession] = useState<AppContext["session"]>(null);
  const [sessionFailure, setSessionFailure] = useState<Failure | null>(null);
  const [readings, setReadings] = useState(0);
  const api = useMemo(
    () =>
      new Api({
        baseUrl,
        getAccessToken,
        onSessionOver: () => {
          if (!onSessionOver(false)) setOver(true);
        },
        // A secret on the screen stays until the user has stored it.
        onAccountChanged: () => router.whenFree(() => onRestart(true)),
      }),
    [baseUrl, getAccessToken],
  );
  useEffect(() => {
    const controller = new AbortController();
    api.readSession(controller.signal).then((result) => {
      if (controller.signal.aborted) return;
      if (result.ok) setSession(result.value);
      setSessionFailure(result.ok ? null : result.failure);
    });
    return () => controller.abort();
  }, [api, readings]);
  const [hasNotices, setHasNotices] = useState(false);
  // Loads the other screens after the rows, so that they are available if the server becomes unreachable.
  useQuietMoment(api, () => {
    setHasNotices(true);
    for (const screen of [KeyScreen, PipelinesScreen, AuditScreen, AccountScreen]) screen.preload();
  });
  const reloadSession = (): void => setReadings((count) => count + 1);
  const signInAgain = (): void => {
    if (!onSessionOver(true)) onRestart(false);
  };
  const route = useRoute(router);
  // A page that embeds the element has its own `main` element.
  const Main = router.hasHistory ? "main" : "div";
  // The password form comes first, regardless of the address.
  const isPasswordFirst = account !== null && session?.user.mustChangePassword === true;
  const shown: Route = isPasswordFirst ? { screen: "account" } : route;
  useTitle(router, shown);
  const context: AppContext = { api, router, session, sessionFailure, reloadSession, account, signInAgain };
  return (
    <AppContextProvider.Provider value={context}>
      <Navigation route={shown} />
      {isOver && (
        <Notice tone="warning" action={{ label: messages.sessionOver.action, onClick: signInAgain }}>
          {messages.sessionOver.text}
        </Notice>
      )}
      <Main class="screen">
        {hasNotices && session !== null && <UnconfirmedNotices />}
        <Screen key={shown.screen === "audit" ? shown.screen : toPath(shown)} route={shown} />
      </Main>
    </AppContextProvider.Provider>
  );
}

/** The links to the screens, and the company that they show. */
function Navigation({ route }: { readonly route: Route }) {
  const { session, account } = useApp();
  const links: readonly Route[] = [
    { screen: "keys" },
    { screen: "pipelines" },
    { screen: "audit" },
    ...(account === null ? [] : [{ screen: "account" } as const]),
  ];
  const current = route.screen === "key" ? "keys" : route.screen;
  return (
    <header class="bar">
      <nav aria-label={messages.navigation}>
        {links.map((link) => (
          <Link key={link.screen} to={link} isCurrent={link.screen === current} class="tab">
            {messages.titles[link.screen]}
          </Link>
        ))}
      </nav>
      {session !== null && <p class="company">{session.activeCompany.name}</p>}
    </header>
  );
}

function Screen({ route }: { readonly route: Route }) {
  if (route.screen === "key") return <KeyScreen keyId={route.keyId} />;
  if (route.screen === "pipelines") return <PipelinesScreen />;
  if (route.screen === "audit") return <AuditScreen keyId={route.keyId} action={route.action} />;
  if (route.screen === "account") return <AccountScreen />;
  if (route.screen === "device") return <DeviceScreen code={route.code} />;
  return <KeysScreen />;
}

/** Calls `act` once, as soon as no call is running. */
function useQuietMoment(api: Api, act: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (api.isBusy) return;
      clearInterval(timer);
      act();
    }, quietCheckMs);
    return () => clearInterval(timer);
  }, [api]);
}

/** Sets the title of the document, but only on the server's own page. */
function useTitle({ hasHistory }: Router, { screen }: Route): void {
  useEffect(() => {
    if (hasHistory) document.title = `${messages.titles[screen]} · BrikSync`;
  }, [hasHistory, screen]);
}
