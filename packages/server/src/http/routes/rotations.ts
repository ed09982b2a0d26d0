import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { abortRotation } from "../../domain/rotations/abort-rotation.ts";
import { finishRotation } from "../../domain/rotations/finish-rotation.ts";
import { listRotations } from "../../domain/rotations/list-rotations.ts";
import { renewRotation } from "../../domain/rotations/renew-rotation.ts";
import { retiringMax } from "../../domain/rotations/secret-lifetime.ts";
import { createCalls, nothing } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireCall } from "../plugins/authenticate.ts";
import { presentKey } from "../present-key.ts";
import {
  AbortRotationRequest,
  ApiKey,
  FinishRotationRequest,
  LiveSecret,
  RenewRotationRequest,
  RotationLease,
} from "../schemas/api-key.ts";
import { KeyParams, RotationParams } from "../schemas/primitives.ts";

/** Registers the calls of started rotations (contract, section 4). Cleanup is possible on every plan. */
export function registerRotationRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Rotations");

  call("GET", "/keys/:id/rotations", {
    operationId: "listRotations",
    summary: "List the working secrets of a key with their last use",
    description: "Use this drain report to check whether the old secret is still in use before you finish a rotation.",
    params: KeyParams,
    response: {
      200: Type.Array(LiveSecret, {
        maxItems: retiringMax + 4,
        description: "The current secret, then pending secrets from oldest to newest, then retiring secrets",
      }),
    },
  }).answer(async (request) => [...(await listRotations(deps, requireCall(request).actor, request.params.id))]);

  call("POST", "/keys/:id/rotations/:rotationId/finish", {
    operationId: "finishRotation",
    summary: "Finish a staged rotation",
    description:
      "The secret of the rotation becomes the current one. The other secrets stop working immediately, or after `graceSeconds`. The call is safe to repeat.",
    params: RotationParams,
    body: FinishRotationRequest,
    response: { 200: ApiKey },
    refusals: ["KEY_REVOKED", "ROTATION_IN_PROGRESS", "TOO_MANY_ROTATIONS"],
  }).answer(async (request) => {
    const { id, rotationId } = request.params;
    return presentKey(await finishRotation(deps, requireCall(request), id, rotationId, request.body), deps.now());
  });

  call("POST", "/keys/:id/rotations/:rotationId/abort", {
    operationId: "abortRotation",
    summary: "Abort a staged rotation",
    description:
      "The secret of the rotation stops working. The current secret keeps working. If the secret of the rotation was used or may have been delivered, the call requires `force`.",
    params: RotationParams,
    body: AbortRotationRequest,
    response: nothing,
    refusals: ["KEY_REVOKED", "ROTATION_IN_USE", "ROTATION_IN_PROGRESS"],
  }).answerNothing((request) => {
    const { id, rotationId } = request.params;
    return abortRotation(deps, requireCall(request), id, rotationId, request.body);
  });

  call("POST", "/keys/:id/rotations/:rotationId/renew", {
    operationId: "renewRotation",
    summary: "Take or renew the lease of a staged rotation",
    description:
      "Call it before you deliver the secret. While a rotation holds the lease, no other staged rotation of the key can start.",
    params: RotationParams,
    body: RenewRotationRequest,
    response: { 200: RotationLease },
    refusals: ["KEY_REVOKED", "ROTATION_IN_PROGRESS"],
  }).answer(async (request) => {
    const { id, rotationId } = request.params;
    return renewRotation(deps, requireCall(request), id, rotationId, request.body);
  });
}
