import type { SessionInfo } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { accountMessages } from "../../account-messages.ts";
import { useAction } from "../../api/use-action.ts";
import { type Account, useApp } from "../../app/context.ts";
import { parsePath, type Route, type Router } from "../../app/router.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Heading } from "../../ui/heading.tsx";
import { LoadState } from "../../ui/load-state.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SessionsSection } from "./sessions-section.tsx";

const text = accountMessages;

/**
 * The user's account: email, companies, sessions, password and sign-out. Users who must replace a password that an
 * administrator gave them see only the form, and then continue to the screen that they wanted to open.
 */
export function AccountScreen() {
  const { router, session, sessionFailure, reloadSession, account } = useApp();
  const user = session?.user;
  // Counts password changes. Each ends all other sessions, so the list of sessions is read again.
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

/**
 * Returns the place that the user wanted to open. It is always a place of this page, so `returnTo` cannot lead
 * elsewhere.
 */
function findDestination({ route, hasHistory }: Router): Route {
  if (route.screen !== "account" || !hasHistory) return route;
  const returnTo = new URLSearchParams(location.search).get("returnTo") ?? "";
  if (!URL.canParse(returnTo, location.origin)) return { screen: "keys" };
  const { pathname, search } = new URL(returnTo, location.origin);
  return parsePath(pathname, search);
}

/** The companies of the user. After a switch, the page loads again, so that no data of the other company remains. */
function Companies({ session: { companies, activeCompany } }: { readonly session: SessionInfo }) {
  const { account } = useApp();
  const { run, isPending, failure } = useAction();
  const [chosen, setChosen] = useState<string | null>(null);
  const switchTo = (id: string): void => {
    if (account === null) return;
    setChosen(id);
    void run(() => account.switchCompany(id));
  };
  return (
    <section class="card" aria-labelledby="companies">
      <h2 id="companies">{text.companies}</h2>
      {companies.length > 1 && <p class="hint">{text.companiesHint}</p>}
      {failure !== null && <FailureNotice failure={failure} onRetry={() => chosen !== null && switchTo(chosen)} />}
      <ul class="companies">
        {companies.map(({ id, name, privilege }) => (
          <li key={id}>
            <span>
              {name} <span class="role">{text.roles[privilege - 1]}</span>
            </span>
            {id === activeCompany.id ? (
              <span class="badge good">{text.current}</span>
            ) : (
              account !== null && (
                <Button
                  aria-label={text.switchTo(name)}
                  isPending={isPending && chosen === id}
                  isDisabled={isPending && chosen !== id}
                  onClick={() => switchTo(id)}
                >
                  {text.switch}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Ends the session of this browser, or all sessions of the user. */
function SignOut({ account }: { readonly account: Account }) {
  const { run, isPending, failure } = useAction();
  const [isEverywhere, setEverywhere] = useState(false);
  const signOut = (isAll: boolean): void => {
    setEverywhere(isAll);
    void run(() => account.signOut({ isEverywhere: isAll }));
  };
  return (
    <section class="card" aria-labelledby="sign-out">
      <h2 id="sign-out">{text.signOutHeading}</h2>
      <p class="hint">{text.signOutHint}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={() => signOut(isEverywhere)} />}
      <div class="row">
        <Button isPending={isPending && !isEverywhere} isDisabled={isPending} onClick={() => signOut(false)}>
          {text.signOut}
        </Button>
        <Button isPending={isPending && isEverywhere} isDisabled={isPending} onClick={() => signOut(true)}>
          {text.signOutEverywhere}
        </Button>
      </div>
    </section>
  );
}
