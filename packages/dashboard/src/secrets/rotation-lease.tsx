import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import { keyMessages } from "../key-messages.ts";
import { Notice } from "../ui/notice.tsx";

const retryMs = 5000;

interface RotationLeaseProps {
  readonly keyId: string;
  readonly rotationId: string;
  /** The lease from the start of the rotation. */
  readonly leaseExpiresOn: string | null;
}

/**
 * Renews the lease of a rotation while its secret is shown, because the user may be storing the secret. No other
 * rotation of the key can start meanwhile, unless it takes over. Shows a notice in that case, or if the rotation has
 * ended.
 */
export function RotationLease({ keyId, rotationId, leaseExpiresOn }: RotationLeaseProps) {
  const { api } = useApp();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    let lease = leaseExpiresOn ?? undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = async (): Promise<void> => {
      const result = await api.change(
        (sdk, signal) => sdk.keys.rotations.renew(keyId, rotationId, { leaseExpiresOn: lease, signal }),
        controller.signal,
      );
      if (controller.signal.aborted) return;
      if (result.ok) {
        lease = result.value.leaseExpiresOn;
        if (result.value.wasTakenOver) setProblem(keyMessages.lease.taken);
      } else if (["busy", "conflict"].includes(result.failure.kind)) setProblem(result.failure.message);
      else if (result.failure.kind === "not-found") setProblem(keyMessages.secrets.gone);
      // Renews after a third of the lease, so that the lease survives two lost calls.
      timer = setTimeout(renew, result.ok ? (result.value.leaseSeconds * 1000) / 3 : retryMs);
    };
    void renew();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [api, keyId, rotationId]);
  return problem === null ? null : <Notice tone="warning">{problem}</Notice>;
}
