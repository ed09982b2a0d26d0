import type { SessionInfo } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { accountMessages } from "../../account-messages.ts";
import { useAction } from "../../api/use-action.ts";
import { useApp } from "../../app/context.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";

const text = accountMessages;

/** The companies of the user. After a switch the page loads again, so that nothing of the other company stays. */
export function Companies({ session: { companies, activeCompany } }: { readonly session: SessionInfo }) {
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
