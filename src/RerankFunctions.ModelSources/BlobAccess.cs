using Azure.Core;
using Azure.Storage.Blobs;

namespace RerankFunctions.ModelSources;

/// <summary>How the app gets at blobs.</summary>
/// <param name="ConnectApp">Creates a client of the storage account that the app itself uses.</param>
/// <param name="Credential">The app's identity, for containers that are named by their address.</param>
public sealed record BlobAccess(Func<BlobClientOptions, BlobServiceClient> ConnectApp, TokenCredential Credential);
