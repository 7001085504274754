/** The same door for CommonJS: `const { defineConfig } = require('devdb')`. */
import type { UserConfig } from './config/user-config.ts' with { 'resolution-mode': 'import' }

export type {
  EnvTarget,
  UserConfig,
  UserHook,
  UserHooks,
  UserStep,
} from './config/user-config.ts' with { 'resolution-mode': 'import' }
export type { Code, Problem } from './error.ts' with { 'resolution-mode': 'import' }
export type { Event, EventKind } from './event/event.ts' with { 'resolution-mode': 'import' }

/**
 * Gives a configuration its types.
 * @param config the configuration; returned as it is
 */
export const defineConfig = (config: UserConfig): UserConfig => config
