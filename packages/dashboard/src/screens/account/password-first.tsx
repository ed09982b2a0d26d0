import { useApp } from "../../app/context.ts";
import { parsePath, type Route, type Router } from "../../app/router.ts";
import { messages } from "../../messages.ts";
import { Heading } from "../../ui/heading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SignOut } from "./sign-out.tsx";

/** Shown instead of every screen until users have replaced the password that an administrator gave them. */
export function PasswordFirstScreen() {
  const { router, session, sessionFailure, reloadSession, account } = useApp();
  if (session === null || account === null) return null;
  const proceed = (): void => {
    router.go(findDestination(router));
    reloadSession();
  };
  return (
    <>
      <div class="head">
        <div>
          <Heading>{messages.passwordChange.title}</Heading>
          <p class="muted">{messages.passwordChange.text}</p>
        </div>
      </div>
      {sessionFailure !== null && <ScreenFailure failure={sessionFailure} onRetry={reloadSession} />}
      <div class="account">
        <section class="card" aria-label={messages.account.password}>
          <PasswordForm email={session.user.email} account={account} onChanged={proceed} />
        </section>
        <SignOut account={account} />
      </div>
    </>
  );
}

/** Returns where the user wanted to go. It is always a place of this page, so `returnTo` cannot lead elsewhere. */
function findDestination({ route, hasHistory }: Router): Route {
  if (route.screen !== "account" || !hasHistory) return route;
  const returnTo = new URLSearchParams(location.search).get("returnTo") ?? "/";
  if (!URL.canParse(returnTo, location.origin)) return { screen: "keys" };
  const { pathname, search } = new URL(returnTo, location.origin);
  return parsePath(pathname, search);
}
