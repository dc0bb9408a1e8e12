/** Storage in files for Node and Electron, apart from the core so that a browser app does not load it. */
export {type FileStorageOptions, fileStorage} from './services/storage/file-storage.ts'
