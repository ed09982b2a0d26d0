import { useState } from "preact/hooks";
import { accountMessages } from "../../account-messages.ts";
import { useAction } from "../../api/use-action.ts";
import type { Account } from "../../app/context.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";

const text = accountMessages;

/** Ends the session of this browser, or all sessions of the user. */
export function SignOut({ account }: { readonly account: Account }) {
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
