import { type AllowedIp, type ApiKey, type BrikSync, isApiError } from "@briksync/sdk/browser";
import { useRef, useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { useApp } from "../../app/context.ts";
import { formatNetwork } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog, type ChangeListeners, ConfirmDialog } from "../../ui/action-dialog.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Notice } from "../../ui/notice.tsx";
import { findCorrections, hasExpired, refusesAddress } from "./allowlist.ts";
import { Consent } from "./consent.tsx";

const text = keyMessages.ips;
const shownPaths = ["/cidr", "/note", "/expiresAt"];

/** `onDone` receives the message for the user. */
interface AllowlistDialogProps extends ChangeListeners<string> {
  readonly apiKey: ApiKey;
}

/** Asks for an address that can use the key. Warns if the server would then refuse the address of the last use. */
export function AllowIpDialog({ apiKey, onDone, onClose }: AllowlistDialogProps) {
  const { session } = useApp();
  const action = useAction();
  const [cidr, setCidr] = useState("");
  const [note, setNote] = useState("");
  const [expiresError, setExpiresError] = useState<string | null>(null);
  /** The entry that the user tried to save although the server would then refuse the address of the last use. */
  const [asked, setAsked] = useState<string | null>(null);
  const [hasConsent, setConsent] = useState(false);
  const expires = useRef<HTMLInputElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const entered = cidr.trim();
  const { lastUsedIp = null, ipAllowlist = [] } = apiKey;
  const isLockout =
    lastUsedIp !== null && refusesAddress([...ipAllowlist, { cidr: entered, expiresAt: null }], lastUsedIp, Date.now());
  const isAsking = isLockout && asked === entered;
  const change = (next: string): void => {
    setCidr(next);
    setConsent(false);
    action.reset();
  };
  const save = (isLastUseAllowed: boolean): void => {
    const expiresAt = readTime(expires.current);
    setExpiresError(expiresAt === null ? text.expiresError : null);
    if (expiresAt === null) return;
    if (isLockout && !isLastUseAllowed && !(isAsking && hasConsent)) {
      setAsked(entered);
      return;
    }
    const input = { cidr: entered, note: note || undefined, expiresAt: expiresAt || undefined };
    const work = async (sdk: BrikSync): Promise<AllowedIp> => {
      // The address of the last use comes first, so that the server never refuses it in between.
      if (isLastUseAllowed && lastUsedIp !== null) await sdk.keys.allowIp(apiKey.id, { cidr: lastUsedIp });
      return sdk.keys.allowIp(apiKey.id, input);
    };
    void action.run(work, (entry) => onDone(text.saved(formatNetwork(entry.cidr))));
  };
  const { fields } = action;
  const refusal = fields["/cidr"];
  const propose = (value: string, label: string, tone: "plain" | "quiet") => (
    <Button
      key={value}
      tone={tone}
      onClick={() => {
        change(value);
        input.current?.focus();
      }}
    >
      {label}
    </Button>
  );
  const myAddress = session?.ip ?? null;
  return (
    <ActionDialog
      {...action}
      title={text.add}
      shownPaths={shownPaths}
      submit={text.save}
      isBlocked={isAsking && !hasConsent}
      onSubmit={() => save(false)}
      onClose={onClose}
    >
      <div class="stack tight">
        <TextField
          label={text.address}
          hint={text.addressHint}
          error={refusal}
          inputRef={input}
          class="mono"
          value={cidr}
          autocapitalize="off"
          spellcheck={false}
          hasAutofocus
          onText={change}
        />
        <div class="row">
          {refusal !== undefined &&
            findCorrections(entered, refusal).map((value) => propose(value, text.use(value), "plain"))}
          {myAddress !== null &&
            entered !== myAddress &&
            propose(myAddress, `${text.useMyAddress} (${myAddress})`, "quiet")}
        </div>
      </div>
      <TextField label={text.note} isOptional error={fields["/note"]} value={note} onText={setNote} />
      <Field label={text.expires} isOptional hint={text.expiresHint} error={expiresError ?? fields["/expiresAt"]}>
        {(control) => <input {...control} ref={expires} type="datetime-local" />}
      </Field>
      {isAsking && (
        <Consent
          label={text.lockOut(lastUsedIp)}
          isGiven={hasConsent}
          onChange={setConsent}
          action={{ label: text.allowBoth(lastUsedIp), onClick: () => save(true) }}
        >
          <p>{text.lockedOut(lastUsedIp)}</p>
          <p>
            {text.lastUse} <LastUse lastUsedAt={apiKey.lastUsedAt} />.
          </p>
        </Consent>
      )}
    </ActionDialog>
  );
}

/**
 * Returns the time in a field in UTC. Returns an empty text for an empty field, and null if the date or time is
 * incomplete.
 */
function readTime(input: HTMLInputElement | null): string | null {
  if (input === null || input.validity.badInput) return null;
  if (input.value === "") return "";
  const time = new Date(input.value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/**
 * Asks before an entry is removed. Says if every address can then use the key, or if the address of the last use
 * cannot.
 */
export function RemoveIpDialog({
  apiKey,
  entry,
  onDone,
  onClose,
}: AllowlistDialogProps & { readonly entry: AllowedIp }) {
  const { id, lastUsedAt, lastUsedIp = null, ipAllowlist = [] } = apiKey;
  const others = ipAllowlist.filter((other) => other.id !== entry.id);
  const nowMs = Date.now();
  const network = formatNetwork(entry.cidr);
  const remove = (sdk: BrikSync): Promise<void> =>
    sdk.keys.disallowIp(id, entry.id).catch((error: unknown) => {
      // Another user, or an attempt whose response was lost, has already removed it.
      if (!isApiError(error, "NOT_FOUND")) throw error;
    });
  return (
    <ConfirmDialog
      title={text.removeHeading(network)}
      submit={text.remove}
      work={remove}
      onDone={() => onDone(text.removed(network))}
      onClose={onClose}
    >
      {others.length === 0 ? (
        <Notice tone="warning">{text.removeLast}</Notice>
      ) : (
        <p>{hasExpired(entry, nowMs) ? text.removeExpired : text.removeEffect(network)}</p>
      )}
      {lastUsedIp !== null && refusesAddress(others, lastUsedIp, nowMs) && (
        <Notice tone="warning">
          <p>{text.lockedOut(lastUsedIp)}</p>
          <p>
            {text.lastUse} <LastUse lastUsedAt={lastUsedAt} />.
          </p>
        </Notice>
      )}
    </ConfirmDialog>
  );
}
