import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { abortRotation } from "../../domain/rotations/abort-rotation.ts";
import { finishRotation } from "../../domain/rotations/finish-rotation.ts";
import { listRotations } from "../../domain/rotations/list-rotations.ts";
import { renewRotation } from "../../domain/rotations/renew-rotation.ts";
import { retiringMax } from "../../domain/rotations/secret-lifetime.ts";
import { type App, originOf } from "../fastify.ts";
import { allowMissingBody } from "../plugins/allow-missing-body.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { presentKey } from "../present-key.ts";
import { listRefusals, ofBody } from "../refusals.ts";
import {
  AbortRotationRequest,
  ApiKey,
  FinishRotationRequest,
  LiveSecret,
  RenewRotationRequest,
  RotationLease,
} from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { KeyParams, RotationParams } from "../schemas/primitives.ts";

/** Registers the calls of started rotations (contract, section 4). Cleanup is possible on every plan. */
export function registerRotationRoutes(app: App, deps: Dependencies): void {
  const hooks = createSessionHooks(deps, "manage-keys");
  const security = [{ session: [] }];
  const tags = ["Rotations"];

  app.get(
    "/keys/:id/rotations",
    {
      ...hooks,
      config: { refusals: listRefusals("manage-keys", "NOT_FOUND") },
      schema: {
        operationId: "listRotations",
        tags,
        security,
        summary: "List the working secrets of a key with their last use",
        description:
          "Use this drain report to check whether the old secret is still in use before you finish a rotation.",
        params: KeyParams,
        response: {
          200: Type.Array(LiveSecret, {
            maxItems: retiringMax + 4,
            description: "The current secret, then pending secrets from oldest to newest, then retiring secrets",
          }),
          default: ErrorResponse,
        },
      },
    },
    async (request) => [...(await listRotations(deps, requireSession(request).actor, request.params.id))],
  );

  app.post(
    "/keys/:id/rotations/:rotationId/finish",
    {
      ...hooks,
      preValidation: allowMissingBody,
      config: {
        refusals: listRefusals(
          "manage-keys",
          ...ofBody,
          "NOT_FOUND",
          "KEY_REVOKED",
          "ROTATION_IN_PROGRESS",
          "TOO_MANY_ROTATIONS",
        ),
      },
      schema: {
        operationId: "finishRotation",
        tags,
        security,
        summary: "Finish a staged rotation",
        description:
          "The secret of the rotation becomes the current one. The other secrets stop working immediately, or after `graceSeconds`. The call is safe to repeat.",
        params: RotationParams,
        body: FinishRotationRequest,
        response: { 200: ApiKey, default: ErrorResponse },
      },
    },
    async (request) => {
      const { actor } = requireSession(request);
      const { id, rotationId } = request.params;
      return presentKey(await finishRotation(deps, actor, id, rotationId, request.body, originOf(request)), deps.now());
    },
  );

  app.post(
    "/keys/:id/rotations/:rotationId/abort",
    {
      ...hooks,
      preValidation: allowMissingBody,
      config: {
        refusals: listRefusals(
          "manage-keys",
          ...ofBody,
          "NOT_FOUND",
          "KEY_REVOKED",
          "ROTATION_IN_USE",
          "ROTATION_IN_PROGRESS",
        ),
      },
      schema: {
        operationId: "abortRotation",
        tags,
        security,
        summary: "Abort a staged rotation",
        description:
          "The secret of the rotation stops working. The current secret keeps working. If the secret of the rotation was used or may have been delivered, the call requires `force`.",
        params: RotationParams,
        body: AbortRotationRequest,
        response: { 204: Type.Null({ description: "Done" }), default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { id, rotationId } = request.params;
      await abortRotation(deps, requireSession(request).actor, id, rotationId, request.body, originOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/keys/:id/rotations/:rotationId/renew",
    {
      ...hooks,
      preValidation: allowMissingBody,
      config: { refusals: listRefusals("manage-keys", ...ofBody, "NOT_FOUND", "KEY_REVOKED", "ROTATION_IN_PROGRESS") },
      schema: {
        operationId: "renewRotation",
        tags,
        security,
        summary: "Take or renew the lease of a staged rotation",
        description:
          "Call it before you deliver the secret. While a rotation holds the lease, no other staged rotation of the key can start.",
        params: RotationParams,
        body: RenewRotationRequest,
        response: { 200: RotationLease, default: ErrorResponse },
      },
    },
    async (request) => {
      const { id, rotationId } = request.params;
      return renewRotation(deps, requireSession(request).actor, id, rotationId, request.body, originOf(request));
    },
  );
}
