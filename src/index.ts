/** devdb's public door: what a configuration file imports. */
import type { UserConfig } from './config/user-config.ts'

export type { EnvTarget, UserConfig, UserHook, UserHooks, UserStep } from './config/user-config.ts'
export type { Code, Problem } from './error.ts'
export type { Event, EventKind } from './event/event.ts'

/**
 * Gives a configuration its types.
 * @param config the configuration; returned as it is
 */
export const defineConfig = (config: UserConfig): UserConfig => config
