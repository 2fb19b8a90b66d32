namespace RerankFunctions.Tests.Support;

/// <summary>A test on material beside the repository; skipped, by name, where that is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedMaterial.Folder is null)
        {
            Skip = "../shared is not there";
        }
    }
}
