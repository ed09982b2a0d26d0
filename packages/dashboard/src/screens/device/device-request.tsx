import { useEffect, useRef, useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { type Account, useApp, type WaitingDevice } from "../../app/context.ts";
import { deviceMessages } from "../../device-messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { SelectField } from "../../ui/field.tsx";
import { useAnnounce } from "../../ui/live-region.tsx";
import { Time, useNow } from "../../ui/time.tsx";

const text = deviceMessages;

/** The decision of the user. */
type Decision = "approved" | "denied";

interface DeviceRequestProps {
  readonly code: string;
  readonly device: WaitingDevice;
  readonly account: Account;
  readonly onDecided: (decision: Decision) => void;
  /** Returns to the form for a code. */
  readonly onLeave: () => void;
}

/** Shows which device asks to sign in, and lets the user choose the company and decide. */
export function DeviceRequest({ code, device, account, onDecided, onLeave }: DeviceRequestProps) {
  const { session } = useApp();
  const { run, isPending, failure } = useAction();
  const announce = useAnnounce();
  const nowMs = useNow();
  const [companyId, setCompanyId] = useState(session?.activeCompany.id ?? "");
  const [chosen, setChosen] = useState<Decision | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const decide = (decision: Decision): void => {
    setChosen(decision);
    const send = () => (decision === "approved" ? account.approveDevice(code, companyId) : account.denyDevice(code));
    void run(send, () => {
      announce(text[decision]);
      onDecided(decision);
    });
  };
  const isUnknown = failure?.kind === "refused" && failure.type === "NOT_FOUND";
  const isWorthRetry = failure !== null && !isUnknown && chosen !== null;
  return (
    <section class="card" aria-labelledby="device">
      <h2 id="device" ref={heading} tabIndex={-1}>
        {text.who}
      </h2>
      <dl class="facts">
        <dt>{text.code}</dt>
        <dd>
          <code>{formatCode(code)}</code>
        </dd>
        <dt>{text.device}</dt>
        <dd>{device.hostName}</dd>
        <dt>{text.address}</dt>
        <dd>{device.ip ?? "?"}</dd>
        <dt>{text.client}</dt>
        <dd>{device.clientVersion}</dd>
        <dt>{text.since}</dt>
        <dd>
          <Time value={device.createdOn} nowMs={nowMs} />
        </dd>
      </dl>
      <p class="hint">{text.compare}</p>
      <SelectField
        label={text.company}
        value={companyId}
        options={session?.companies.map(({ id, name }) => [id, name] as const) ?? []}
        onChoose={setCompanyId}
      />
      {failure !== null && (
        <FailureNotice failure={failure} onRetry={isWorthRetry ? () => decide(chosen) : undefined} />
      )}
      <div class="row">
        <Button
          tone="primary"
          isPending={isPending && chosen === "approved"}
          isDisabled={isPending}
          onClick={() => decide("approved")}
        >
          {text.approve}
        </Button>
        <Button isPending={isPending && chosen === "denied"} isDisabled={isPending} onClick={() => decide("denied")}>
          {text.deny}
        </Button>
        <Button tone="quiet" isDisabled={isPending} onClick={onLeave}>
          {text.anotherCode}
        </Button>
      </div>
    </section>
  );
}

/** Returns a code as the device shows it, however the user typed it. */
function formatCode(code: string): string {
  const letters = code.replace(/[\s\p{Dash_Punctuation}]/gu, "").toUpperCase();
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
