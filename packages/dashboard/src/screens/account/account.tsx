import { useApp } from "../../app/context.ts";
import { messages } from "../../messages.ts";
import { Heading } from "../../ui/heading.tsx";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { Companies } from "./companies.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SignOut } from "./sign-out.tsx";

const text = messages.account;

/** The user's account: email, companies, password and sign-out. */
export function AccountScreen() {
  const { session, sessionFailure, reloadSession, account } = useApp();
  const heading = <Heading>{messages.titles.account}</Heading>;
  if (session === null) {
    return (
      <>
        {heading}
        {sessionFailure === null ? <Loading /> : <ScreenFailure failure={sessionFailure} onRetry={reloadSession} />}
      </>
    );
  }
  const { user } = session;
  return (
    <>
      {heading}
      <div class="account">
        <dl class="card facts">
          <dt>{text.email}</dt>
          <dd>{user.email}</dd>
          <dt>{text.name}</dt>
          <dd>
            {user.firstName} {user.lastName}
          </dd>
        </dl>
        <Companies session={session} />
        {account !== null && (
          <>
            <section class="card" aria-labelledby="password">
              <h2 id="password">{text.password}</h2>
              <p class="hint">{text.passwordHint}</p>
              <PasswordForm email={user.email} account={account} />
            </section>
            <SignOut account={account} />
          </>
        )}
      </div>
    </>
  );
}
