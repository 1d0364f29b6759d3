export { type Caller, SCOPES, type Scope } from './scope.js';
