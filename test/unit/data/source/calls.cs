// Every call that is to be found says after it what it names.
using System.IO.MemoryMappedFiles;

class Calls
{
    const string MAP_NAME = "constant";

    static void Main(string name)
    {
        using var a = MemoryMappedFile.CreateNew("new", 1024);  //= windows-name new
        using var b = MemoryMappedFile.CreateOrOpen(@"Global\open", 1024);  //= windows-name Global\open
        using var c = MemoryMappedFile.OpenExisting(mapName: "existing");  //= windows-name existing
        using var d = MemoryMappedFile.OpenExisting(MAP_NAME);  //= windows-name constant
        using var e = MemoryMappedFile.OpenExisting($"{name}x");
        using var f = MemoryMappedFile.OpenExisting(@"quote""d");  //= windows-name quote"d
        using var g = MemoryMappedFile.OpenExisting("""raw "text" """);  //= windows-name raw "text" 
        using var h = MemoryMappedFile.CreateFromFile("file.bin");
        Native.OpenFileMapping(4, false, "native");  //= windows-name native
        var text = "MemoryMappedFile.CreateNew(\"string\", 1)";
        var verbatim = @"C:\"; /* MemoryMappedFile.CreateNew("comment", 1) */
        char quote = '"';
        MemoryMappedFile.CreateNew("last", 1);  //= windows-name last
    }
}
