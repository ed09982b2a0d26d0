import { messages } from "../messages.ts";
import { Link } from "../ui/link.tsx";
import { useApp } from "./context.ts";
import type { Route } from "./router.ts";

/** The links to the screens, and the company that they show. */
export function Navigation({ route }: { readonly route: Route }) {
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
