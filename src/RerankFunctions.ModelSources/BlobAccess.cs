using Azure.Core;
using Azure.Storage.Blobs;

namespace RerankFunctions.ModelSources;

/// <summary>Access of the app to blobs.</summary>
/// <param name="ConnectApp">Creates a client of the app's own storage account.</param>
/// <param name="Credential">The app's identity, for containers that are given by their address.</param>
public sealed record BlobAccess(Func<BlobClientOptions, BlobServiceClient> ConnectApp, TokenCredential Credential);
