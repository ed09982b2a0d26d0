import type { ListedSession } from "@briksync/sdk/browser";
import { accountMessages } from "../../account-messages.ts";
import { readAll } from "../../api/read-all.ts";
import { useLoad } from "../../api/use-load.ts";
import { formatCount } from "../../format.ts";
import { ConfirmDialog } from "../../ui/action-dialog.tsx";
import { Button } from "../../ui/button.tsx";
import { LoadState } from "../../ui/load-state.tsx";
import { Section, useSectionDialog } from "../../ui/section.tsx";
import { Time, useNow } from "../../ui/time.tsx";

const text = accountMessages.sessions;
const shownSessions = 100;

/** The sessions of the user on all devices, each with a button to end it. Older servers do not list them. */
export function SessionsSection() {
  // One more session than shown reveals whether there are more.
  const input = { limit: shownSessions + 1 };
  const load = useLoad("sessions", (sdk, signal) => readAll(sdk.auth.listSessions(input, { signal })));
  const dialog = useSectionDialog<ListedSession | "others">(load.reload);
  const { open: ending, setOpen: setEnding, changes, close, done } = dialog;
  if (load.failure?.kind === "not-found") return null;
  const sessions = load.value?.slice(0, shownSessions);
  const others = load.value?.filter(({ current }) => !current) ?? [];
  const hasMore = (load.value?.length ?? 0) > shownSessions;
  return (
    <div class="card">
      <Section
        title={text.heading}
        changes={changes}
        action={others.length > 0 && <Button onClick={() => setEnding("others")}>{text.endOthers}</Button>}
      >
        <p class="hint">{text.hint}</p>
        <LoadState {...load} />
        {sessions !== undefined && (
          <ul class="companies">
            {sessions.map((session) => (
              <SessionItem key={session.id} session={session} onEnd={() => setEnding(session)} />
            ))}
          </ul>
        )}
        {hasMore && <p class="hint">{text.more(shownSessions)}</p>}
      </Section>
      {ending === "others" && (
        <ConfirmDialog
          title={`${text.endOthers}?`}
          submit={text.endOthers}
          work={(sdk) => sdk.auth.endOtherSessions()}
          onDone={() => done(text.endedOthers)}
          onClose={close}
        >
          <p>{text.endOthersEffect(hasMore ? text.all : formatCount(others.length, "session", "sessions"))}</p>
        </ConfirmDialog>
      )}
      {ending !== null && ending !== "others" && (
        <ConfirmDialog
          title={`${text.endOne(nameSession(ending))}?`}
          submit={text.end}
          work={(sdk) => sdk.auth.endSession(ending.id)}
          onDone={() => done(text.ended)}
          onClose={close}
        >
          <p>{text.endEffect}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function SessionItem({ session, onEnd }: { readonly session: ListedSession; readonly onEnd: () => void }) {
  const nowMs = useNow();
  const { current, openedWith, ip, lastUsedOn, createdOn, company } = session;
  const opening = openedWith === null ? undefined : text.openings[openedWith];
  return (
    <li>
      <span>
        {nameSession(session)}
        <span class="role">
          {[ip, company?.name].map((fact) => fact != null && `${fact} · `)}
          {lastUsedOn === null ? text.signedIn : text.lastUsed}{" "}
          {/* The clock of the server can be ahead of this one. */}
          <Time value={lastUsedOn ?? createdOn} nowMs={Math.max(nowMs, Date.parse(lastUsedOn ?? createdOn))} />
          {opening !== undefined && ` · ${opening}`}
        </span>
      </span>
      {current ? (
        <span class="badge good">{text.current}</span>
      ) : (
        <Button aria-label={text.endOne(nameSession(session))} onClick={onEnd}>
          {text.end}
        </Button>
      )}
    </li>
  );
}

/** Returns the name by which a user recognizes a session. */
function nameSession({ hostName, client }: ListedSession): string {
  if (hostName === null) return client ?? text.unknown;
  return client === null ? hostName : `${hostName} (${client})`;
}
