import { useState } from "preact/hooks";
import { accountMessages } from "../../account-messages.ts";
import { useApp } from "../../app/context.ts";
import { parsePath, type Route, type Router } from "../../app/router.ts";
import { messages } from "../../messages.ts";
import { Heading } from "../../ui/heading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { LoadState } from "../../ui/screen-failure.tsx";
import { Companies } from "./companies.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { SignOut } from "./sign-out.tsx";

const text = accountMessages;

/**
 * The user's account: email, companies, sessions, password and sign-out. Users who must replace a password that an administrator
 * gave them see only the form, and continue to where they wanted to go.
 */
export function AccountScreen() {
  const { router, session, sessionFailure, reloadSession, account } = useApp();
  const user = session?.user;
  // A new password ends all other sessions.
  const [passwords, setPasswords] = useState(0);
  const isFirst = user?.mustChangePassword === true;
  const proceed = (): void => {
    router.go(findDestination(router));
    reloadSession();
  };
  return (
    <>
      <Heading>{messages.titles.account}</Heading>
      {isFirst && (
        <Notice tone="warning" title={messages.passwordChange.title}>
          {messages.passwordChange.text}
        </Notice>
      )}
      <LoadState value={session} failure={sessionFailure} reload={reloadSession} />
      {session !== null && user !== undefined && (
        <div class="account">
          {!isFirst && (
            <>
              <dl class="card facts">
                <dt>{text.email}</dt>
                <dd>{user.email}</dd>
                <dt>{text.name}</dt>
                <dd>
                  {user.firstName} {user.lastName}
                </dd>
              </dl>
              <Companies session={session} />
              <SessionsSection key={passwords} />
            </>
          )}
          {account !== null && (
            <>
              <section class="card" aria-labelledby="password">
                <h2 id="password">{text.password}</h2>
                <p class="hint">{text.passwordHint}</p>
                <PasswordForm
                  email={user.email}
                  account={account}
                  onChanged={isFirst ? proceed : undefined}
                  onSaid={() => setPasswords((count) => count + 1)}
                />
              </section>
              <SignOut account={account} />
            </>
          )}
        </div>
      )}
    </>
  );
}

/** Returns where the user wanted to go. It is always a place of this page, so `returnTo` cannot lead elsewhere. */
function findDestination({ route, hasHistory }: Router): Route {
  if (route.screen !== "account" || !hasHistory) return route;
  const returnTo = new URLSearchParams(location.search).get("returnTo") ?? "";
  if (!URL.canParse(returnTo, location.origin)) return { screen: "keys" };
  const { pathname, search } = new URL(returnTo, location.origin);
  return parsePath(pathname, search);
}
